// Asks again when the server is too busy: after the seconds that it states, then ever later, and not for ever.
import { words } from "./words.js"

const TRIES = 10
const LONGEST_S = 60
const TOO_LONG_S = 600

// Returns the first answer that is not "too busy", or the last. `report` is told where things stand, each second.
export async function patiently(ask, { signal, report }) {
  for (let refused = 1; ; refused++) {
    const response = await ask()
    const seconds = secondsToWait(response, refused)
    if (refused > TRIES || seconds === undefined) return response
    const reason = reasonOf(await response.clone().text())
    const wait = { stage: "queue", shown: reason, told: words("busy_told", { reason }) }
    for (let left = Math.ceil(seconds); left > 0; left--) {
      report({ ...wait, count: words("again_in", { seconds: left }) })
      await sleep(Math.min(1, seconds - left + 1), signal)
    }
    report({ ...wait, count: words("again_now") })
  }
}

// Resolves after that many seconds; rejects as soon as `signal` says so.
export function sleep(seconds, signal) {
  return new Promise((resolve, reject) => {
    signal?.throwIfAborted()
    const timer = setTimeout(resolve, 1000 * seconds)
    const end = () => {
      clearTimeout(timer)
      reject(signal.reason)
    }
    signal?.addEventListener("abort", end, { once: true })
  })
}

// Seconds until it is polite to ask again after that many refusals, or undefined where the server did not say "later".
export function secondsToWait(response, refused) {
  const stated = response.headers.get("Retry-After")
  if (response.status !== 503 || !stated) return undefined
  const seconds = /^\d+$/.test(stated) ? Number(stated) : (Date.parse(stated) - Date.now()) / 1000
  if (!(seconds <= TOO_LONG_S)) return undefined
  const least = Math.max(seconds, 1)
  return Math.max(least, Math.min(LONGEST_S, (least * (refused + 1)) / 2))
}

// Why the server has no time, in its own words; the page counts the seconds itself.
function reasonOf(html) {
  const message = new DOMParser().parseFromString(html, "text/html").querySelector("#error .error__message")
  return message?.dataset.reason ?? message?.textContent.trim() ?? words("busy")
}
