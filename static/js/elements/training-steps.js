// <training-steps>: a slider over the links to the training steps; moving it follows the link of its place.
import { words } from "../lib/words.js"

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
    const steps = [...this.querySelectorAll("[data-step]")]
    const [step, last] = [steps[slider.value], steps.at(-1)].map((link) => Number(link.dataset.step))
    slider.setAttribute("aria-valuetext", words("training_step", { step, last }))
    steps[slider.value].click()
  }
}
