// <delete-now>: offers the uploader of a picture or of weights to delete them, and asks before it is done. The token stays with this tab; the address loses it.
import { find, keep } from "../lib/tokens.js"

export class DeleteNow extends HTMLElement {
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.addEventListener("click", this.#click, { signal })
    this.addEventListener("keydown", this.#key, { signal })
    document.addEventListener("htmx:after:swap", this.#offer, { signal })
    this.#offer()
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  get #asking() {
    return Boolean(this.querySelector(".deletion__sure:not([hidden])"))
  }

  // An answer to the uploader brings the token; later ones do not.
  #offer = () => {
    const { image } = this.dataset
    const given = this.querySelector(":scope > :not(template) [name=token]")
    if (given?.value) keep(image, given.value)
    this.#cleanAddress()
    const token = find(image)
    const steps = this.querySelector("template").content.cloneNode(true)
    for (const child of [...this.children]) if (!child.matches("template")) child.remove()
    if (!token) return
    steps.querySelector("[name=token]").value = token
    this.append(steps)
  }

  #cleanAddress() {
    const url = new URL(location.href)
    if (!url.searchParams.has("token")) return
    url.searchParams.delete("token")
    history.replaceState(history.state, "", url)
  }

  #click = ({ target }) => {
    if (target.closest(".deletion__ask")) this.#ask(true)
    if (target.closest(".deletion__keep")) this.#ask(false)
  }

  #key = (event) => {
    if (event.key !== "Escape" || !this.#asking) return
    event.preventDefault()
    this.#ask(false)
  }

  #ask(sure) {
    this.querySelector(".deletion__offer").hidden = sure
    this.querySelector(".deletion__sure").hidden = !sure
    this.querySelector(sure ? ".deletion__keep" : ".deletion__ask").focus()
  }
}
