// <training-steps>: a slider over the links to the training steps; moving it follows the link of its place.
export class TrainingSteps extends HTMLElement {
  #listeners

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.addEventListener("input", this.#moved, { signal })
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  get #slider() {
    return this.querySelector("input[type=range]")
  }

  #moved = (event) => {
    const slider = this.#slider
    if (event.target !== slider) return
    const step = this.querySelectorAll("[data-step]")[slider.value]
    slider.setAttribute("aria-valuetext", `step ${step.dataset.step}`)
    step.click()
  }
}
