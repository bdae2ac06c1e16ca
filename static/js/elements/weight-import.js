// <weight-import>: keeps what is listed of a weight file in step with the file that is chosen, and says what did not reach the server.
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

  #unanswered = () => this.#say("The file did not reach the server. Choose it again when the connection is back.")

  #refused = ({ detail: { ctx } }) => {
    if (ctx.response.headers.has("HX-Retarget")) return
    ctx.swap = "none"
    this.#say(`The server answered ${ctx.response.status}. Nothing was taken in; try again in a moment.`)
  }

  #say(words) {
    const place = this.#error
    place.className = words ? "error" : ""
    place.toggleAttribute("role", false)
    if (words) place.setAttribute("role", "alert")
    place.replaceChildren(words)
    this.#showError()
  }

  #showError = () => {
    const error = this.#error
    if (error?.className && error.getBoundingClientRect().top < 0) error.scrollIntoView({ block: "start" })
  }
}
