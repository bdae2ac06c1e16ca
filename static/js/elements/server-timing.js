// <server-timing>: says what the server took for this page, as it told the browser with the page itself.
import { words } from "../lib/words.js"

export class ServerTiming extends HTMLElement {
  connectedCallback() {
    const [page] = performance.getEntriesByType("navigation")
    const took = new Map(page?.serverTiming?.map(({ name, duration }) => [name, duration]))
    if (!took.has("app")) return
    this.textContent = took.has("kept") ? words("page_kept") : this.#made(took)
    this.hidden = false
  }

  #made(took) {
    const [total, waited] = [took.get("app"), took.get("queue") ?? 0].map(Math.round)
    return waited ? words("page_waited", { total, waited }) : words("page_made", { total })
  }
}
