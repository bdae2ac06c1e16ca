// What a frame with sandbox="allow-scripts" is denied, done in the ways that it has: the address stays as it is, and a form is sent as the
// request that it stands for. Elsewhere nothing is changed.
export function adapt() {
  if (self.origin !== "null") return
  keepAddress()
  HTMLFormElement.prototype.requestSubmit = function (button) {
    submit(this, button)
  }
  // The browser would drop the submission before anyone heard of it.
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("button, input")
    if (button?.type !== "submit" || !button.form || event.defaultPrevented) return
    event.preventDefault()
    submit(button.form, button)
  })
}

function keepAddress() {
  for (const name of ["pushState", "replaceState"]) history[name] = () => undefined
}

function submit(form, button) {
  if (!form.noValidate && !button?.formNoValidate && !form.reportValidity()) return
  const event = new SubmitEvent("submit", { bubbles: true, cancelable: true, submitter: button })
  if (form.dispatchEvent(event)) follow(form, button)
}

async function follow(form, button) {
  const body = new FormData(form, button)
  const action = button?.getAttribute("formaction") ?? form.getAttribute("action") ?? location.href
  const method = (button?.getAttribute("formmethod") ?? form.method).toLowerCase()
  const url = new URL(action, document.baseURI)
  if (method === "get") url.search = new URLSearchParams(body)
  else url.href = (await fetch(url, { method, body: form.enctype === "multipart/form-data" ? body : new URLSearchParams(body) })).url
  location.assign(url)
}
