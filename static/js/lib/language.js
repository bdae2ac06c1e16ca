// What the page says of its language: the sentences of the scripts, by code, and the marks of its numbers.
let known

export function language() {
  known ??= JSON.parse(document.querySelector("#words").textContent)
  return known
}

// Where a file is sent: what the server says of it is shown here, so it has to be in the language of the page.
export function inLanguage(address) {
  const url = new URL(address, document.baseURI)
  url.searchParams.set("lang", document.documentElement.lang)
  return url.href
}
