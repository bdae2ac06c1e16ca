// Sends a picture from a page that has no upload of its own, and opens the same page on it.
import { sendPicture } from "../sending.js"
import { inLanguage } from "../language.js"
import { refusalIn } from "../refusal.js"
import { keep } from "../tokens.js"

// `from` is the id of the picture that the page shows, `action` where pictures are sent.
export async function openOn(file, { action, from }) {
  const stop = new AbortController()
  const body = new FormData()
  body.set("file", file)
  const request = { body, headers: { Accept: "application/json" }, signal: stop.signal }
  const line = document.querySelector("busy-line")
  const response = await line.during((report) => sendPicture(inLanguage(action), request, report), () => stop.abort())
  if (!response.ok) throw await refusalIn(response)
  const { id, delete_token } = await response.json()
  keep(id, delete_token)
  location.assign(samePageOn(id, from))
}

function samePageOn(id, from) {
  const url = new URL(location.href)
  const path = url.pathname.replace(`/images/${encodeURIComponent(from)}`, `/images/${id}`)
  if (path === url.pathname) url.searchParams.set("image", id)
  url.pathname = path
  return url
}
