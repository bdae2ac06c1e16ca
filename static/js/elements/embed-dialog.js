// <embed-dialog>: opens what is said about embedding over the page; without it, the link leads there.
export class EmbedDialog extends HTMLElement {
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    document.addEventListener("htmx:after:swap", this.#open, { signal })
    this.addEventListener("click", this.#click, { signal })
    this.addEventListener("close", this.#empty, { signal, capture: true }) // it does not bubble
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  get #dialog() {
    return this.querySelector("dialog")
  }

  #open = () => {
    if (this.querySelector(".embedding") && !this.#dialog.open) this.#dialog.showModal()
  }

  // A click beside the dialog closes it, as Escape does.
  #click = ({ target }) => {
    if (target === this.#dialog || target.closest(".dialog__close")) this.#dialog.close()
  }

  // What it showed goes, however it was closed: otherwise the next swap anywhere on the page would open it again.
  #empty = () => {
    const empty = document.createElement("div")
    empty.id = "embedding"
    this.querySelector("#embedding").replaceWith(empty)
  }
}
