// Sends the file of an upload form, a picture reduced where that helps, and tells how far it is.
import { patiently } from "./patience.js"
import { words } from "./words.js"

const PICTURE = {
  begin: () => words("sending_picture"),
  part: (percent) => words("picture_sent_in_part", { percent }),
  end: () => words("picture_sent"),
}
const FILE = {
  begin: () => words("sending_file"),
  part: (percent) => words("file_sent_in_part", { percent }),
  end: () => words("file_sent"),
}

// Stands in for fetch: takes the same, and returns the same. A file that the server would refuse is refused here.
export async function sendPicture(action, request, report) {
  const { body, signal } = request
  report({ stage: "reading", shown: words("reading") })
  await fill(body)
  signal.throwIfAborted()
  return send(action, request, report, PICTURE)
}

// The same for a weight file, which is sent as it is.
export async function sendWeights(action, request, report) {
  const file = request.body.get("file")
  if (file instanceof File) request.body.set("file", file, "weights")
  return send(action, request, report, FILE)
}

function send(action, { body, headers, signal }, report, what) {
  let kept // where it is, once the server has it: a busy answer from there does not want it again
  const ask = async () => {
    if (kept) return fetch(kept, { headers, signal })
    const response = await post(action, body, { headers, signal, report, what })
    if (response.url !== new URL(action, location.href).href) kept = response.url
    return response
  }
  return patiently(ask, { signal, report })
}

// The file's name says nothing that the server needs.
async function fill(body) {
  const { prepared } = await import("./picture/prepare.js") // a quarter of the scripts: loaded by those who send a picture
  const { blob, fields } = await prepared(body.get("file"))
  body.set("file", blob, "picture")
  for (const [name, value] of Object.entries(fields)) body.set(name, value)
}

// fetch cannot tell how much of a body has been sent.
function post(action, body, { headers, signal, report, what }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest()
    request.upload.addEventListener("progress", ({ loaded, total }) => report(sending((100 * loaded) / total, what)))
    request.upload.addEventListener("load", () => report({ stage: "computing", shown: what.end() }))
    request.addEventListener("load", () => resolve(answer(request)))
    request.addEventListener("error", () => reject(new TypeError("network error")))
    const end = () => {
      request.abort()
      reject(signal.reason)
    }
    signal.addEventListener("abort", end, { once: true })
    request.open("POST", action)
    request.responseType = "blob"
    for (const [name, value] of Object.entries(headers)) request.setRequestHeader(name, value)
    report(sending(0, what))
    request.send(body)
  })
}

function sending(part, what) {
  const percent = Math.floor(part)
  return { stage: "sending", shown: what.part(percent), told: what.begin(), percent }
}

function answer(request) {
  const headers = new Headers()
  for (const line of request.getAllResponseHeaders().trim().split(/[\r\n]+/)) {
    const [name, ...value] = line.split(": ")
    headers.append(name, value.join(": "))
  }
  const response = new Response(request.response, { status: request.status, headers })
  return Object.defineProperty(response, "url", { value: request.responseURL })
}
