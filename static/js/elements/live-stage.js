// <live-stage>: holds the live picture, camera or paper. It sends the newest frame, one at a time, and has what comes back drawn in the places of the
// maps. Settings change around it: its attributes are then those of the new ones.
import { frameOf } from "../lib/frame.js"
import { keepFrozen } from "../lib/frozen.js"
import { inLanguage } from "../lib/language.js"
import { readAnswer } from "../lib/live-answer.js"
import { showChannels } from "../lib/live-channels.js"
import { show } from "../lib/live-pictures.js"
import { patiently, secondsToWait, sleep } from "../lib/patience.js"
import { refusalIn } from "../lib/refusal.js"
import { keep } from "../lib/tokens.js"
import { words } from "../lib/words.js"

const UNANSWERED_S = 2

export class LiveStage extends HTMLElement {
  #listeners
  #isNew = false // there is a frame that was not sent yet
  #isSending = false
  #refused = 0
  #chosen
  #sent // the frame that the maps show, and whose it is
  #answer
  #drawn // settles once the answer before is on the page

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.addEventListener("live:changed", ({ target }) => target === this.#source && this.#send(), { signal })
    this.addEventListener("live:say", ({ detail }) => this.#say(detail), { signal })
    this.addEventListener("change", ({ target }) => target.name === "source" && this.#choose(target.value), { signal })
    this.querySelector(".live__freeze").addEventListener("click", () => this.#freeze(), { signal })
    this.querySelector(".live__still").closest("[data-source]").addEventListener("live:rests", () => this.#showStill(), { signal })
    this.closest("#lab").addEventListener("formdata", keepStep, { signal })
    document.addEventListener("click", this.#reach, { signal })
    document.addEventListener("sum:step", () => this.#send(), { signal })
    document.addEventListener("htmx:after:swap", this.#swapped, { signal })
    this.#choose(this.#chosen ?? (location.hash === "#drawing" ? "pad" : "camera"))
  }

  disconnectedCallback() {
    this.#listeners.abort()
    this.#answer = undefined
  }

  get #lab() {
    return this.closest("#lab")
  }

  get #source() {
    return this.querySelector(`:scope > [data-source="${this.#chosen}"]`)
  }

  // Where the next frame goes: the slider of an open fold has its step.
  get #address() {
    return withStep(this.dataset.frames)
  }

  #choose(source) {
    this.#source?.stop?.()
    this.#chosen = source
    for (const one of this.querySelectorAll(":scope > [data-source]")) one.hidden = one !== this.#source
    this.#showChosen()
    this.#offerFreeze()
    this.#source.begin({ after: this.#sent?.of })
  }

  // Until a source has a frame, there is nothing of it to keep.
  #offerFreeze() {
    this.querySelector(".live__freeze").disabled = !this.#sent || this.#sent.of !== this.#source
  }

  // Where no camera runs, its place has the frame that the maps still show.
  async #showStill() {
    if (!this.#sent) return
    const bitmap = await createImageBitmap(this.#sent.frame)
    const still = this.querySelector(".live__still")
    Object.assign(still, { width: bitmap.width, height: bitmap.height })
    still.getContext("2d").drawImage(bitmap, 0, 0)
    bitmap.close()
  }

  // The address says which of the two it is, so that a reload comes back to it.
  #showChosen() {
    for (const one of this.querySelectorAll('[name="source"]')) one.checked = one.value === this.#chosen
    const hash = this.#chosen === "pad" ? "#drawing" : ""
    if (location.hash !== hash) history.replaceState(history.state, "", `${location.pathname}${location.search}${hash}`)
  }

  #swapped = () => {
    if (!this.isConnected) return
    this.#showChosen()
    if (this.#answer) this.#show()
    this.#lab.toggleAttribute("data-waits", Boolean(this.#answer)) // what stands there is of the settings before
    this.#send()
  }

  // A frame that is newer than the one under way waits; those in between are never sent.
  async #send() {
    this.#isNew = true
    if (this.#isSending) return
    this.#isSending = true
    const { signal } = this.#listeners
    try {
      while (this.#isNew && !signal.aborted) {
        this.#isNew = false
        await this.#sendOne(signal).catch((error) => this.#failed(error, signal))
      }
    } finally {
      this.#isSending = false
    }
  }

  async #sendOne(signal) {
    const source = this.#source
    const address = this.#address
    const sent = source.isReady ? { frame: await frameOf(source, this.dataset), of: source } : this.#sent
    const frame = sent?.frame
    if (!frame) return
    const headers = { Accept: "application/octet-stream, application/json", "Content-Type": frame.type }
    const response = await fetch(inLanguage(address), { method: "POST", body: frame, headers, signal })
    if (!response.ok) return this.#wait(response, signal)
    const bytes = await response.arrayBuffer()
    this.#recovered()
    await this.#drawn?.catch(() => {}) // an answer that could not be drawn holds up no other
    this.#drawn = this.#draw(bytes, { source, address, sent })
  }

  // The next frame is under way meanwhile. What was asked of another source or for other settings is not shown.
  async #draw(bytes, { source, address, sent }) {
    const answer = await readAnswer(bytes, this.dataset.colours)
    if (!this.isConnected || source !== this.#source || address !== this.#address) return
    this.#sent = sent
    this.#answer = answer
    this.#show()
    this.#lab.removeAttribute("data-waits")
  }

  #show() {
    show(this.#lab, this.#answer)
    showChannels(this.#lab, this.#sent.frame)
    this.#offerFreeze()
  }

  async #wait(response, signal) {
    const seconds = secondsToWait(response, 1)
    if (seconds === undefined) return this.#refuse(response)
    if (!this.#refused++) this.#say(words("few_frames"))
    await sleep(seconds, signal)
    this.#isNew = true
  }

  // The next frame would be refused as well.
  async #refuse(response) {
    const { message: reason } = await refusalIn(response)
    this.#source.stop?.()
    this.#isNew = false
    this.#say(words("frame_refused", { reason }))
  }

  async #failed(error, signal) {
    if (signal.aborted) return
    if (!(error instanceof TypeError)) throw error
    if (!this.#refused++) this.#say(words("no_frames"))
    await sleep(UNANSWERED_S, signal).catch(() => undefined)
    this.#isNew = true
  }

  #recovered() {
    if (this.#refused) this.#say(words("frames_again"))
    this.#refused = 0
  }

  // The frame that the maps show becomes an ordinary picture: nothing else is ever kept.
  async #freeze() {
    const { frame } = this.#sent
    this.#source.stop?.()
    this.#say(words("frame_freezing"))
    const { signal } = this.#listeners
    const body = new FormData()
    body.set("file", frame, "frame")
    try {
      const ask = () => fetch(inLanguage(this.dataset.freeze), { method: "POST", body, headers: { Accept: "application/json" }, signal })
      const response = await patiently(ask, { signal, report: () => this.#say(words("busy")) })
      if (!response.ok) return this.#refuse(response)
      this.#open(await response.json())
    } catch {
      if (!signal.aborted) this.#say(words("frame_not_kept"))
    }
  }

  #open({ id, delete_token: token }) {
    keep(id, token)
    keepFrozen(id, location.hash)
    location.assign(withStep(this.dataset.leave.replace(/\/images\/[^/?]+/, `/images/${id}`)))
  }

  // On a phone the maps of an open fold are far below what is drawn.
  #reach = ({ target }) => {
    if (target.closest(".live__reach")) this.scrollIntoView({ block: "start" })
  }

  #say(text) {
    this.querySelector(".live__said").textContent = text
  }
}

function withStep(address) {
  const url = new URL(address, document.baseURI)
  const step = stepShown()
  if (step === undefined) url.searchParams.delete("sum")
  else url.searchParams.set("sum", step)
  return url.href
}

// A setting is sent with the step at which the sum stands.
function keepStep({ formData }) {
  const step = stepShown()
  if (step !== undefined) formData.set("sum", step)
}

// Nothing where the sum is whole.
function stepShown() {
  const slider = document.querySelector(".sum__slider")
  return slider && slider.value !== slider.max ? slider.value : undefined
}
