// The ledger of a file says that more rows follow.
import { sayMore } from "../lib/say-more.js"

for (const box of document.querySelectorAll(".ledger__scroll")) sayMore(box, new AbortController().signal)
