// <live-lab>: keeps what the page says in step with what the server computed while htmx swaps the lab in and out.
import { bringIntoSight, showRefusal } from "../lib/refusal.js"
import { words } from "../lib/words.js"

export class LiveLab extends HTMLElement {
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.addEventListener("htmx:response:error", this.#refused, { signal })
    this.addEventListener("htmx:error", this.#unanswered, { signal })
    document.addEventListener("htmx:after:swap", this.#swapped, { signal })
    document.addEventListener("busy:given-up", this.#reset, { signal })
    this.#takeOver()
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  get #lab() {
    return this.querySelector("#lab")
  }

  // The server judges every value and says why; the browser's own bubble would hide that.
  #takeOver() {
    if (this.#lab) this.#lab.noValidate = true
  }

  // A refused value goes back to the one that the maps were computed with.
  #refused = ({ detail: { ctx } }) => {
    if (!ctx.response.headers.has("HX-Retarget")) {
      ctx.swap = "none"
      this.#say(words("refused", { status: ctx.response.status }))
    }
    this.#reset()
  }

  #unanswered = ({ detail: { ctx } }) => {
    this.#say(ctx.sourceElement.matches(".upload__file") ? words("picture_not_sent") : words("unanswered"))
    this.#reset()
  }

  #reset = () => this.#lab?.reset()

  #swapped = () => {
    this.#showError()
    if (!this.#lab) return
    this.#takeOver()
    this.#resetFields()
    this.#showWhenDecoded()
    this.#bringIntoView()
  }

  // Morphing keeps what was typed; the fields must say what the maps are.
  #resetFields() {
    for (const field of this.#lab.querySelectorAll("input.field__control")) {
      const typing = field === document.activeElement && field.value !== "" && Number(field.value) === Number(field.defaultValue)
      if (!typing) field.value = field.defaultValue
    }
    for (const option of this.#lab.querySelectorAll("option")) option.selected = option.defaultSelected
  }

  // New words stand over the old pictures until the new ones are there: the pictures stay dimmed till then.
  async #showWhenDecoded() {
    const lab = this.#lab
    const addresses = new Set([...lab.querySelectorAll("image")].map((image) => image.href.baseVal))
    for (const image of lab.querySelectorAll("img")) if (!image.complete) addresses.add(image.currentSrc || image.src)
    lab.toggleAttribute("data-drawing", true)
    const pictures = [...addresses].map((address) => Object.assign(new Image(), { src: address }).decode())
    await Promise.allSettled(pictures)
    lab.removeAttribute("data-drawing")
  }

  // On a narrow page the map that a tile opens may be far from the tile.
  #bringIntoView() {
    const opened = document.activeElement?.closest(".tile") && this.querySelector("#bench")
    if (!opened) return
    const { top, bottom } = opened.getBoundingClientRect()
    if (bottom < 0 || top > innerHeight) opened.scrollIntoView({ block: "start" })
  }

  #showError() {
    const error = this.querySelector("#error.error")
    if (error) bringIntoSight(error)
  }

  #say(message) {
    showRefusal({ message })
  }
}
