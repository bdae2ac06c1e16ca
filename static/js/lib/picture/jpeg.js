// What a JPEG states about itself (ITU-T T.81, annex B), and its picture without those statements.
import { ascii, blockOf, orientation, tagOf } from "./exif.js"

const PLAIN_FRAMES = [0xc0, 0xc1, 0xc2]
const OTHER_FRAMES = [0xc3, 0xc5, 0xc6, 0xc7, 0xc9, 0xca, 0xcb, 0xcd, 0xce, 0xcf]
const PROGRESSIVE = 0xc2
const SOI = 0xd8
const EOI = 0xd9
const APP1 = 0xe1
const APP2 = 0xe2
const EXIF = "Exif\0\0"
const PROFILE = "ICC_PROFILE\0"
const SEVERAL = "MPF\0" // the file of a camera that stores more than one picture
const COUNT = 0xb001
const LONG = 4
const MOST_OF_PROFILE = 65_519

export function readJpeg(bytes) {
  const found = { frames: [], exif: [], profile: [], progressive: false, several: false, gainMap: false, other: false, bare: [] }
  let from = 0
  for (const [marker, start, end] of segments(bytes)) {
    if (marker === EOI) return described(found, [...found.bare, bytes.subarray(from, end)])
    const body = bytes.subarray(start + 4, end)
    if (PLAIN_FRAMES.includes(marker)) found.frames.push(body)
    if (marker === PROGRESSIVE) found.progressive = true
    if (OTHER_FRAMES.includes(marker)) found.other = true
    if (marker !== APP1 && marker !== APP2) continue
    read(found, body, bytes.subarray(start, end))
    found.bare.push(bytes.subarray(from, start))
    from = end
  }
  return described({ ...found, other: true }, []) // it is cut off
}

// The picture as a browser wrote it, with the statements of another one.
export async function dressedJpeg(blob, { turn, segments: stated }) {
  const { bare } = readJpeg(new Uint8Array(await blob.arrayBuffer()))
  const exif = turn === 1 ? [] : [segment(APP1, EXIF, blockOf(turn))]
  const [start, ...rest] = [bare[0].subarray(0, 2), bare[0].subarray(2), ...bare.slice(1)]
  return new Blob([start, ...exif, ...stated, ...rest], { type: "image/jpeg" })
}

export function profileSegments(profile) {
  const count = Math.ceil(profile.length / MOST_OF_PROFILE)
  return Array.from({ length: count }, (_, i) => {
    const part = profile.subarray(i * MOST_OF_PROFILE, (i + 1) * MOST_OF_PROFILE)
    return segment(APP2, PROFILE, Uint8Array.from([i + 1, count, ...part]))
  })
}

function read(found, body, whole) {
  if (ascii(body, 0, EXIF.length) === EXIF) found.exif.push(body.subarray(EXIF.length))
  else if (ascii(body, 0, PROFILE.length) === PROFILE) found.profile.push(whole)
  else if (ascii(body, 0, SEVERAL.length) === SEVERAL) found.several ||= tagOf(body.subarray(SEVERAL.length), COUNT, LONG) > 1
  else if (new TextDecoder("latin1").decode(body).includes(' hdrgm:Version="')) found.gainMap = true
}

function described({ frames, progressive, exif, profile, several, gainMap, other }, bare) {
  const [frame] = frames
  if (!frame) return undefined
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength)
  const bands = frame[5]
  // Grey becomes RGB in a canvas, for which a profile of grey would not fit; four bands are CMYK.
  const plain = !other && frames.length === 1 && frame[0] === 8 && (bands === 3 || (bands === 1 && !profile.length)) && exif.length < 2
  return {
    ...{ kind: "JPEG", height: view.getUint16(1), width: view.getUint16(3), plain, bare, alpha: false, exact: false },
    ...{ progressive, ...sampling(frame) },
    ...{ turn: orientation(exif[0] ?? new Uint8Array()), segments: profile },
    notes: several && !gainMap ? ["first_picture"] : [], // the small second picture of a gain map counts for nothing
  }
}

// How many samples of all components there are for how many pixels: fewer, often, of colours.
function sampling(frame) {
  const factors = Array.from({ length: frame[5] }, (_, i) => [frame[7 + 3 * i] >> 4, frame[7 + 3 * i] & 15])
  const area = Math.max(...factors.map(([across]) => across)) * Math.max(...factors.map(([, down]) => down))
  return { samples: factors.reduce((sum, [across, down]) => sum + across * down, 0), area }
}

// The marker, the start and the end of each segment up to the end of the first picture.
function* segments(bytes) {
  let place = bytes.indexOf(0xff, 2)
  while (place >= 0 && place + 1 < bytes.length) {
    const marker = bytes[place + 1]
    if (marker === EOI) {
      yield [marker, place, place + 2]
      return
    }
    if (hasBody(marker)) {
      const end = place + 2 + bytes[place + 2] * 256 + bytes[place + 3]
      if (!(end <= bytes.length)) return
      yield [marker, place, end]
      place = bytes.indexOf(0xff, end)
    } else place = bytes.indexOf(0xff, place + (marker === 0xff ? 1 : 2))
  }
}

// Not those among the coded pixels: a stuffed byte, a filling one, a restart.
function hasBody(marker) {
  return marker > 1 && marker !== 0xff && marker !== SOI && !(marker >= 0xd0 && marker <= 0xd7)
}

function segment(marker, name, body) {
  const length = 2 + name.length + body.length
  return Uint8Array.from([0xff, marker, length >> 8, length & 255, ...[...name].map((letter) => letter.charCodeAt(0)), ...body])
}
