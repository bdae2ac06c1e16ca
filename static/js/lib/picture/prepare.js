// Makes a chosen file ready to be sent: reduced where that changes nothing else, refused where the server would refuse it.
import { Refused } from "../refusal.js"
import { words } from "../words.js"
import { headOf, kindOf } from "./head.js"
import { tooManyPixels } from "./pixels.js"
import { shrunk } from "./shrink.js"

const START = 2000 // bytes that tell what a file is, as on the server
const BYTE_ORDER_MARK = "\xef\xbb\xbf"
const MOST_READ = 256 * 2 ** 20
const PATIENCE_MS = 5000
const LAST_PATIENCE_MS = 30_000 // where only the reduced picture can be sent

// Returns { blob, fields }: what to send as the file, and the fields that go along with it.
export async function prepared(file) {
  const start = await read(file.slice(0, START))
  if (file.size === 0) throw new Refused(words("empty_file"), words("file_empty"))
  const kind = kindOf(start)
  if (!kind) throw new Refused(words("not_a_picture"), whatItIs(start))
  const head = file.size <= MOST_READ ? headOf(kind, await read(file)) : undefined
  const refusal = tooLarge(file, head)
  const smaller = await shrunk(file, head, refusal ? LAST_PATIENCE_MS : PATIENCE_MS)
  if (smaller) return { blob: smaller, fields: { original: upright(head).join("x"), notes: head.notes.join() } }
  if (refusal) throw refusal
  return { blob: file, fields: {} }
}

async function read(blob) {
  try {
    return new Uint8Array(await blob.arrayBuffer())
  } catch {
    throw new Refused(words("nothing_uploaded"), words("file_unreadable"))
  }
}

function whatItIs(start) {
  const text = String.fromCharCode(...start)
  const plain = text.startsWith(BYTE_ORDER_MARK) ? text.slice(BYTE_ORDER_MARK.length) : text
  const { accepted, others } = rules()
  const known = others.find(([pattern, flags]) => new RegExp(`^(?:${pattern})`, flags).test(plain))
  if (known) return words("file_is_other", { what: known[2], accepted })
  const binary = [...plain].some((letter) => letter < "\t" || (letter > "\r" && letter < " "))
  return binary ? words("file_is_unknown", { accepted }) : words("file_is_text", { accepted })
}

function tooLarge(file, head) {
  const { mib, ...limits } = rules()
  if (file.size > mib * 2 ** 20) return new Refused(words("picture_too_large"), words("too_many_bytes", { nbytes: file.size, mib }))
  const many = head && tooManyPixels(head, limits)
  return many && new Refused(words("picture_too_large"), many)
}

// The limits and formats of this server, which the page holds as data.
function rules() {
  return JSON.parse(document.querySelector("#picture-rules").textContent)
}

function upright({ width, height, turn }) {
  return turn >= 5 ? [height, width] : [width, height]
}
