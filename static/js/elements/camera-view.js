// <camera-view>: the camera as the live picture, asked for by a click and given back when the page is hidden or left. What is seen and what is sent
// are mirrored together. `live:changed` says that there is a new frame.
import { close, facesReader, openCamera } from "../lib/camera.js"
import { prefersStill } from "../lib/motion.js"
import { words } from "../lib/words.js"

const WHY = {
  denied: () => words("camera_denied"),
  denied_in_frame: () => words("camera_denied_in_frame"),
  busy: () => words("camera_busy"),
  absent: () => words("camera_absent"),
  failed: () => words("camera_failed"),
  insecure: () => words("camera_insecure"),
  sandboxed: () => words("camera_sandboxed"),
}
const FRAMED = ["sandboxed", "denied_in_frame"]
const OTHER = { user: "environment", environment: "user" }

export class CameraView extends HTMLElement {
  #listeners
  #stream
  #asked = 0
  #facing = "user"

  connectedCallback() {
    this.#listeners = new AbortController()
    const { signal } = this.#listeners
    this.#button("start").addEventListener("click", () => this.#start(), { signal })
    this.#button("stop").addEventListener("click", () => this.#end(words("camera_off")), { signal })
    this.#button("switch").addEventListener("click", () => this.#turn(), { signal })
    this.#button("shoot").addEventListener("click", () => this.#tell(), { signal })
    document.addEventListener("visibilitychange", () => document.hidden && this.#leave(), { signal })
    document.addEventListener("freeze", () => this.#leave(), { signal })
    window.addEventListener("pagehide", () => this.#leave(), { signal })
    this.#show()
  }

  disconnectedCallback() {
    this.#listeners.abort()
    this.#leave()
  }

  get picture() {
    return this.querySelector("video")
  }

  get isMirrored() {
    return this.hasAttribute("data-mirrored")
  }

  get isReady() {
    return Boolean(this.#stream) && this.picture.videoWidth > 0
  }

  // `after` is the source before it, whose last frame the maps still show.
  begin({ after }) {
    this.#say(after && after !== this ? words("camera_after_drawing") : words("camera_ready"))
    this.#rest()
  }

  stop() {
    this.#release()
    this.#show()
    this.#rest()
  }

  #rest() {
    this.dispatchEvent(new CustomEvent("live:rests"))
  }

  // Permission may come after the reader has left: then the camera is given back at once.
  async #start() {
    const asked = ++this.#asked
    this.#say(words("camera_asking"))
    this.#show({ asking: true })
    try {
      const stream = await openCamera(this.#facing)
      if (asked !== this.#asked || !this.isConnected) return close(stream)
      await this.#run(stream)
    } catch (error) {
      if (asked === this.#asked) this.#fail(error)
    }
  }

  async #run(stream) {
    this.#stream = stream
    stream.getVideoTracks()[0].addEventListener("ended", () => stream === this.#stream && this.#end(words("camera_lost")))
    this.toggleAttribute("data-mirrored", facesReader(stream))
    this.picture.srcObject = stream
    await this.picture.play()
    this.#say(words("camera_on"))
    this.#show()
    if (prefersStill()) this.#tell()
    else this.#follow(stream)
  }

  #follow(stream) {
    const video = this.picture
    const next = video.requestVideoFrameCallback?.bind(video) ?? requestAnimationFrame
    const each = () => {
      if (stream !== this.#stream) return
      this.#tell()
      next(each)
    }
    next(each)
  }

  #turn() {
    this.#facing = OTHER[this.#facing]
    this.#release()
    this.#start()
  }

  #leave() {
    if (this.#stream) this.#say(words("camera_hidden"))
    this.stop()
  }

  #end(why) {
    this.stop()
    this.#say(why)
  }

  #release() {
    this.#asked++
    if (this.#stream) close(this.#stream)
    this.#stream = undefined
    this.picture.srcObject = null
  }

  #fail(error) {
    this.stop()
    if (!error.reason) throw error
    this.#say(WHY[error.reason]())
    this.#show({ tab: FRAMED.includes(error.reason) })
  }

  #show({ asking = false, tab = false } = {}) {
    const runs = Boolean(this.#stream)
    this.toggleAttribute("data-runs", runs)
    this.#button("start").hidden = runs
    this.#button("start").disabled = asking
    for (const name of ["stop", "switch"]) this.#button(name).hidden = !runs
    this.#button("shoot").hidden = !runs || !prefersStill()
    this.querySelector(".camera__tab").hidden = !tab
  }

  #button(name) {
    return this.querySelector(`.camera__${name}`)
  }

  #tell() {
    this.dispatchEvent(new CustomEvent("live:changed", { bubbles: true }))
  }

  #say(text) {
    this.dispatchEvent(new CustomEvent("live:say", { bubbles: true, detail: text }))
  }
}
