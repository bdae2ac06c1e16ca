// What a PNG states about itself (PNG specification, sections 5 and 11), and its picture without those statements.
import { ascii, blockOf, orientation } from "./exif.js"

const SIGNATURE = 8
const PICTURE = ["IHDR", "PLTE", "tRNS", "IDAT", "IEND"]
const COLOUR = ["iCCP", "sRGB", "gAMA", "cHRM", "cICP", "mDCV", "cLLI"]
const PROFILE = "iCCP"
const GREY = [0, 4]
const WITH_ALPHA = [4, 6]

export function readPng(bytes) {
  const names = new Set()
  const head = { bare: [bytes.subarray(0, SIGNATURE)], colour: [], turn: 1 }
  for (const { name, body, whole } of chunks(bytes)) {
    names.add(name)
    if (PICTURE.includes(name)) head.bare.push(whole)
    if (COLOUR.includes(name)) head.colour.push(whole)
    if (name === "eXIf") head.turn = orientation(body)
    if (name === "IEND") break
  }
  if (ascii(bytes, 12, 16) !== "IHDR") return undefined // an Apple build's, which has another chunk first
  const view = new DataView(bytes.buffer, bytes.byteOffset)
  const [depth, type] = [bytes[24], bytes[25]]
  // Grey becomes RGB in a canvas, for which a profile of grey would not fit; a canvas has 8 bits.
  const same = depth <= 8 && !(GREY.includes(type) && names.has(PROFILE))
  return {
    ...{ kind: "PNG", width: view.getUint32(16), height: view.getUint32(20), exact: true, notes: [] },
    ...{ alpha: WITH_ALPHA.includes(type) || names.has("tRNS"), plain: same && names.has("IEND") && !names.has("acTL") },
    ...head,
  }
}

// The picture as a browser wrote it, with the statements of another one.
export async function dressedPng(blob, { turn, colour = [] }) {
  const { bare } = readPng(new Uint8Array(await blob.arrayBuffer()))
  const exif = turn === 1 ? [] : [chunk("eXIf", blockOf(turn))]
  return new Blob([...bare.slice(0, 2), ...colour, ...exif, ...bare.slice(2)], { type: "image/png" })
}

function* chunks(bytes) {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  for (let place = SIGNATURE; place + 12 <= bytes.length; ) {
    const end = place + 12 + view.getUint32(place)
    if (end > bytes.length) return
    yield { name: ascii(bytes, place + 4, place + 8), body: bytes.subarray(place + 8, end - 4), whole: bytes.subarray(place, end) }
    place = end
  }
}

function chunk(name, body) {
  const whole = new Uint8Array(12 + body.length)
  const view = new DataView(whole.buffer)
  view.setUint32(0, body.length)
  whole.set([...name].map((letter) => letter.charCodeAt(0)), 4)
  whole.set(body, 8)
  view.setUint32(8 + body.length, checksum(whole.subarray(4, 8 + body.length)))
  return whole
}

// CRC-32 (PNG specification, annex D), bit by bit: the chunk is short.
function checksum(bytes) {
  let rest = -1
  for (const byte of bytes) {
    rest ^= byte
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1
  }
  return ~rest >>> 0
}
