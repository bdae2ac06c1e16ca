// The small frames of a running sum, in the order of its steps: one stream, in which each frame is what changed since the one before.
import { patiently } from "./patience.js"

const HEAD_BYTES = 4 + 3 * 256 // height and width, and the colour of each index

export class SumFrames {
  #frames = []
  #colours
  #size
  #asked = [] // what waits for a step
  #ended = false

  constructor(address, signal) {
    this.#read(address, signal)
      .catch(() => undefined)
      .finally(() => this.#end())
  }

  has(step) {
    return step < this.#frames.length
  }

  // Resolves once the frame of a step is there, or will not come.
  arrives(step) {
    if (this.#ended || this.has(step)) return Promise.resolve()
    return new Promise((resolve) => this.#asked.push({ step, resolve }))
  }

  draw(step, canvas) {
    const [height, width] = this.#size
    if (canvas.width !== width || canvas.height !== height) Object.assign(canvas, { width, height })
    const image = new ImageData(width, height)
    const pixels = new Uint32Array(image.data.buffer)
    for (const [place, index] of this.#frames[step].entries()) pixels[place] = this.#colours[index]
    canvas.getContext("2d").putImageData(image, 0, 0)
  }

  async #read(address, signal) {
    const response = await patiently(() => fetch(address, { signal }), { signal, report: () => undefined })
    if (!response.ok) return
    const reader = response.body.pipeThrough(new DecompressionStream("deflate")).getReader()
    const head = new Uint8Array(HEAD_BYTES)
    let filling = head
    let filled = 0
    for (let part = await reader.read(); !part.done; part = await reader.read()) {
      let bytes = part.value
      while (bytes.length) {
        const some = bytes.subarray(0, filling.length - filled)
        filling.set(some, filled)
        filled += some.length
        bytes = bytes.subarray(some.length)
        if (filled < filling.length) continue
        if (filling === head) this.#begin(head)
        else this.#add(filling)
        filling = new Uint8Array(this.#size[0] * this.#size[1])
        filled = 0
      }
    }
  }

  #begin(head) {
    const numbers = new DataView(head.buffer)
    this.#size = [numbers.getUint16(0, true), numbers.getUint16(2, true)]
    const colours = new Uint8Array(4 * 256)
    for (let index = 1; index < 256; index++) colours.set([...head.subarray(4 + 3 * index, 7 + 3 * index), 255], 4 * index) // 0 is no value: clear
    this.#colours = new Uint32Array(colours.buffer)
  }

  #add(frame) {
    const before = this.#frames.at(-1)
    if (before) for (let place = 0; place < frame.length; place++) frame[place] += before[place]
    this.#frames.push(frame)
    for (const { step, resolve } of this.#asked) if (this.has(step)) resolve()
  }

  #end() {
    this.#ended = true
    for (const { resolve } of this.#asked) resolve()
  }
}
