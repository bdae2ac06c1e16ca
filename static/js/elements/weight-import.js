// <weight-import>: keeps what is listed of a weight file in step with the file that is chosen, and says what did not reach the server.
import { words } from "../lib/words.js"

export class WeightImport extends HTMLElement {
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.addEventListener("change", this.#chosen, { signal })
    this.addEventListener("htmx:error", this.#unanswered, { signal })
    this.addEventListener("htmx:response:error", this.#refused, { signal })
    document.addEventListener("htmx:after:swap", this.#showError, { signal })
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  get #error() {
    return document.querySelector("#weights > #error")
  }

  // Another file holds other tensors: those of the last one must not be sent along.
  #chosen = ({ target }) => {
    if (!target.matches(".weights__file")) return
    this.#say("")
    this.querySelector("#contents").replaceChildren()
  }

  #unanswered = () => this.#say(words("file_not_sent"))

  #refused = ({ detail: { ctx } }) => {
    if (ctx.response.headers.has("HX-Retarget")) return
    ctx.swap = "none"
    this.#say(words("refused", { status: ctx.response.status }))
  }

  #say(text) {
    const place = this.#error
    place.className = text ? "error" : ""
    place.toggleAttribute("role", false)
    if (text) place.setAttribute("role", "alert")
    place.replaceChildren(text)
    this.#showError()
  }

  #showError = () => {
    const error = this.#error
    if (error?.className && error.getBoundingClientRect().top < 0) error.scrollIntoView({ block: "start" })
  }
}
