// <server-timing>: says what the server took for this page, as it told the browser with the page itself.
export class ServerTiming extends HTMLElement {
  connectedCallback() {
    const [page] = performance.getEntriesByType("navigation")
    const took = new Map(page?.serverTiming?.map(({ name, duration }) => [name, duration]))
    if (!took.has("app")) return
    this.textContent = took.has("kept")
      ? "The server had kept this page from before."
      : `The server made this page in ${this.#ms(took.get("app"))}, of which it waited ${this.#ms(took.get("queue") ?? 0)}.`
    this.hidden = false
  }

  #ms(duration) {
    return `${Math.round(duration).toLocaleString("en")} ms`
  }
}
