// The one file in what was dropped or pasted, or a refusal that says what came instead.
import { Refused } from "../refusal.js"
import { words } from "../words.js"

const ADDRESS = /^\s*https?:\/\/\S+\s*$/

export function fileIn(transfer) {
  const files = [...transfer.files]
  if (files.length > 1) throw new Refused(words("one_picture"), words("came_several", { count: files.length }))
  if (isFolder(transfer)) throw new Refused(words("not_a_picture"), words("came_folder"))
  if (files.length === 1) return files[0]
  throw new Refused(words("nothing_uploaded"), whatCame(transfer))
}

function isFolder({ items }) {
  return [...items].some((item) => item.kind === "file" && item.webkitGetAsEntry?.()?.isDirectory)
}

function whatCame(transfer) {
  const types = [...transfer.types]
  if (/<img\b/i.test(transfer.getData("text/html"))) return words("came_picture_of_page")
  const text = transfer.getData("text/plain")
  if (types.includes("text/uri-list") || types.includes("text/x-moz-url") || ADDRESS.test(text)) return words("came_link")
  return types.some((type) => type.startsWith("text/")) ? words("came_text") : words("came_nothing")
}
