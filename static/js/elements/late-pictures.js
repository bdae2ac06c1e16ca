// <late-pictures>: asks again for pictures that did not come, a few times and ever later; only then it says so.
import { secondsToWait, sleep } from "../lib/patience.js"
import { words } from "../lib/words.js"

const WAITS_S = [1, 2, 4, 8]

export class LatePictures extends HTMLElement {
  #listeners
  #tries = new Map()
  #asking = new Set()
  #missing = new Set()

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    document.addEventListener("error", ({ target }) => this.#failed(addressOf(target)), { capture: true, signal })
    document.addEventListener("htmx:after:swap", this.#write, { signal })
    this.querySelector("button").addEventListener("click", this.#again, { signal })
    this.#lookBack()
  }

  disconnectedCallback() {
    this.#listeners.abort()
  }

  // What failed before this element was there told nobody.
  #lookBack() {
    for (const image of document.images) if (image.complete && image.currentSrc && !image.naturalWidth) this.#failed(addressOf(image))
    const refused = performance.getEntriesByType("resource").filter((entry) => entry.responseStatus >= 400)
    for (const { name } of refused) if (showing(name).length) this.#failed(name)
  }

  #failed(address) {
    if (!address || this.#asking.has(address) || this.#missing.has(address)) return
    this.#asking.add(address)
    this.#ask(address).catch(() => undefined).finally(() => this.#asking.delete(address))
  }

  async #ask(address) {
    const { signal } = this.#listeners
    let seconds = 0
    for (let tries = this.#tries.get(address) ?? 0; tries < WAITS_S.length; tries++) {
      this.#tries.set(address, tries + 1)
      await sleep(Math.max(WAITS_S[tries], seconds) * (1 + Math.random() / 4), signal)
      if (!showing(address).length) return
      const response = await fetch(address, { signal }).catch(() => undefined)
      if (response?.ok) return this.#redraw(address, await response.blob())
      if (response && response.status < 500) break
      seconds = (response && secondsToWait(response, 1)) ?? 0
    }
    this.#missing.add(address)
    this.#write()
  }

  // The browser has the picture now: the same address, set again, draws it.
  #redraw(address) {
    this.#asking.delete(address)
    for (const image of showing(address)) {
      const name = image.matches("img") ? "src" : "href"
      const value = image.getAttribute(name)
      image.removeAttribute(name)
      image.setAttribute(name, value)
    }
  }

  #again = () => {
    const addresses = [...this.#missing]
    this.#missing.clear()
    this.#tries.clear()
    this.#write()
    for (const address of addresses) this.#failed(address)
  }

  #write = () => {
    for (const address of this.#missing) if (!showing(address).length) this.#missing.delete(address)
    const count = this.#missing.size
    this.querySelector(".busy__line").hidden = count === 0
    this.querySelector("[role=status]").textContent = count ? words("pictures_missing", { count }) : ""
  }
}

function addressOf(element) {
  const written = element.matches?.("img") ? element.currentSrc || element.src : element.matches?.("image") && element.href.baseVal
  return written ? new URL(written, document.baseURI).href : undefined
}

function showing(address) {
  return [...document.querySelectorAll("main img, main image")].filter((element) => addressOf(element) === address)
}
