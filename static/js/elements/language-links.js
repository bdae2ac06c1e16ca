// <language-links>: the page in other languages. Its links follow the address, which changes without a new page.
export class LanguageLinks extends HTMLElement {
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    for (const before of ["pointerover", "focusin"]) this.addEventListener(before, this.#follow, { signal })
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  #follow = () => {
    for (const link of this.querySelectorAll("a")) {
      const address = new URL(location.href)
      address.searchParams.set("lang", link.lang)
      link.href = address
    }
  }
}
