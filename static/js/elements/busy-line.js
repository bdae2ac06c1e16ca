// <busy-line>: says what the page waits for when that takes longer, lets the reader give it up, and asks again where the server is too busy.
import { patiently } from "../lib/patience.js"
import { Refused, showRefusal } from "../lib/refusal.js"
import { sendPicture, sendWeights } from "../lib/sending.js"
import { words } from "../lib/words.js"

const SHOWN_AFTER_MS = 500

export class BusyLine extends HTMLElement {
  #listeners
  #timer
  #wait
  #said

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    document.addEventListener("htmx:config:request", this.#takeOver, { signal })
    document.addEventListener("keydown", this.#key, { signal })
    this.#button.addEventListener("click", () => this.#giveUp(), { signal })
  }

  disconnectedCallback() {
    clearTimeout(this.#timer)
    this.#listeners.abort()
  }

  get #line() {
    return this.querySelector(".busy__line")
  }

  get #button() {
    return this.querySelector(".busy__stop")
  }

  // Show what `work` reports until it is done; `stop` ends it early. A newer piece of work takes the line over.
  async during(work, stop) {
    const wait = { stop }
    this.#hide()
    this.#wait = wait
    this.#timer = setTimeout(() => this.#show(), SHOWN_AFTER_MS)
    try {
      return await work((state) => this.#report(wait, state))
    } finally {
      if (this.#wait === wait) this.#hide()
    }
  }

  #takeOver = ({ detail: { ctx } }) => {
    const input = ctx.sourceElement
    const refuse = (error) => {
      if (!(error instanceof Refused)) throw error
      showRefusal(error)
      throw new DOMException(error.message, "AbortError") // nothing was asked
    }
    const send = (action, request, report) => sendPicture(action, request, report).catch(refuse).finally(() => (input.value = ""))
    const get = (action, request, report) => patiently(() => fetch(action, request), { signal: request.signal, report })
    const bringsWeights = input.matches?.(".weights__file, .weights__form")
    const ask = input.matches?.(".upload__file") ? send : bringsWeights ? sendWeights : ctx.request.method === "GET" ? get : undefined
    if (!ask) return
    ctx.fetch = (action, request) => {
      const saying = (report) => (state) => {
        clearTimeout(ctx.requestTimeout) // the reader sees the wait, and can end it
        report(state)
      }
      return this.during((report) => ask(action, request, saying(report)), () => ctx.request.abort())
    }
  }

  #report(wait, state) {
    if (this.#wait !== wait) return
    wait.state = state
    if (state.stage === "queue") wait.shown = true
    if (wait.shown) this.#write(state)
  }

  #show() {
    this.#wait.shown = true
    if (this.#wait.state) this.#write(this.#wait.state)
  }

  // `told` is what a screen reader hears, once for each stage: it need not count along with the page.
  #write({ stage, shown, count = "", percent, told = shown }) {
    const bar = this.querySelector(".busy__bar")
    this.querySelector(".busy__words").textContent = shown
    this.querySelector(".busy__count").textContent = count
    bar.hidden = percent === undefined
    bar.value = percent ?? 0
    this.#button.textContent = stage === "queue" ? words("give_up") : words("cancel")
    this.#line.hidden = false
    if (stage !== this.#said) this.querySelector("[role=status]").textContent = told
    this.#said = stage
  }

  #hide() {
    clearTimeout(this.#timer)
    this.#wait = undefined
    this.#said = undefined
    this.#line.hidden = true
    this.querySelector("[role=status]").textContent = ""
  }

  #key = (event) => {
    if (event.key !== "Escape" || event.defaultPrevented || this.#line.hidden) return
    event.preventDefault()
    this.#giveUp()
  }

  #giveUp() {
    const { stop } = this.#wait
    this.#hide()
    stop()
    this.dispatchEvent(new CustomEvent("busy:given-up", { bubbles: true }))
  }
}
