// <running-sum>: plays, steps and scrubs through the pictures of a running sum. It shows frames that the server drew; it adds nothing up.
const STEP_MS = 140

export class RunningSum extends HTMLElement {
  #listeners
  #timer

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.#slider.addEventListener("input", () => this.#show(this.#step), { signal })
    this.#slider.addEventListener("change", this.#keep, { signal })
    this.#play.addEventListener("click", () => (this.#timer ? this.#pause() : this.#start()), { signal })
    for (const button of this.querySelectorAll(".sum__step")) {
      button.addEventListener("click", () => this.#by(Number(button.dataset.by)), { signal })
    }
    document.addEventListener("htmx:after:swap", this.#stop, { signal })
    addEventListener("popstate", this.#stop, { signal })
  }

  disconnectedCallback() {
    this.#stop()
    this.#listeners.abort()
  }

  get #slider() {
    return this.querySelector(".sum__slider")
  }

  get #play() {
    return this.querySelector(".sum__play")
  }

  get #step() {
    return Number(this.#slider.value)
  }

  get #last() {
    return Number(this.#slider.max)
  }

  #start() {
    if (this.#step === this.#last) this.#go(0)
    this.#play.textContent = "Pause"
    this.#timer = setInterval(() => {
      this.#go(this.#step + 1)
      if (this.#step === this.#last) this.#pause()
    }, STEP_MS)
  }

  // Another sum may stand here now: the address is not this one's to change.
  #stop = () => {
    clearInterval(this.#timer)
    this.#timer = undefined
    this.#play.textContent = "Play"
  }

  #pause() {
    this.#stop()
    this.#keep()
  }

  #by(steps) {
    if (this.#timer) this.#pause()
    this.#go(this.#step + steps)
    this.#keep()
  }

  #go(step) {
    this.#slider.value = step
    this.#show(this.#step)
  }

  #show(step) {
    const frame = this.querySelectorAll(".sum__steps li")[step]
    const count = Number(frame.dataset.count)
    document.querySelector(`${this.dataset.picture} svg`).setAttribute("viewBox", frame.dataset.box)
    document.querySelector(this.dataset.label).textContent = frame.textContent
    document.querySelector(`${this.dataset.legend} .legend__beyond`).textContent = frame.dataset.beyond
    this.#slider.setAttribute("aria-valuetext", frame.textContent)
    this.querySelector(".sum__count").textContent = this.querySelector(".sum__count").textContent.replace(/^\d+/, count)
    this.#mark(frame, count)
    this.dispatchEvent(new CustomEvent("sum:step", { bubbles: true, detail: { step, count } }))
  }

  // The contributions that are not in the sum yet step back; the one just added is outlined.
  #mark(frame, count) {
    const order = [...this.querySelectorAll(".sum__steps li[data-added]")].map((item) => item.dataset.added)
    order.forEach((id, rank) => {
      const { classList } = document.getElementById(id)
      classList.toggle("tile--out", rank >= count)
      classList.toggle("tile--added", id === frame.dataset.added)
    })
  }

  // The address follows without a request, so that a moment of the sum can be linked.
  #keep = () => {
    const url = new URL(location.href)
    if (!url.pathname.endsWith("/contributions") && !url.pathname.endsWith("/pixel")) return
    if (this.#step === this.#last) url.searchParams.delete("sum")
    else url.searchParams.set("sum", this.#step)
    history.replaceState(history.state, "", url)
  }
}
