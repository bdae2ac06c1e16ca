// Makes static/built from static/js, static/css and htmx: few files, each with a copy in gzip and one in Brotli. `make run` calls it.
import { copyFileSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { brotliCompressSync, gzipSync } from "node:zlib"
import { build } from "rolldown"

const STATIC = process.argv[2] ?? "static"
const BUILT = join(STATIC, "built")
const MAKING = join(STATIC, "built.making") // whole or not there at all
const TEXT = /\.(js|css|map)$/
const LEAST = 1024 // bytes; what is smaller fits one packet anyway

rmSync(MAKING, { recursive: true, force: true })
mkdirSync(MAKING)
await build({
  input: join(STATIC, "js/main.js"),
  output: {
    dir: MAKING,
    format: "esm",
    minify: true,
    sourcemap: true,
    sourcemapExcludeSources: true, // the map names the modules, which are served too
    sourcemapPathTransform: (path) => path.replace(/^.*\/js\//, "../js/"),
    entryFileNames: "[name].js",
    chunkFileNames: "[name].js", // the folder in the address carries the hash
  },
})
for (const name of ["screen.css", "print.css"]) writeFileSync(join(MAKING, name), sheet(join(STATIC, "css", name)))
copyFileSync(createRequire(import.meta.url).resolve("htmx.org/dist/htmx.min.js"), join(MAKING, "htmx.min.js"))
for (const name of readdirSync(MAKING).filter((one) => TEXT.test(one))) compress(join(MAKING, name))
rmSync(BUILT, { recursive: true, force: true })
renameSync(MAKING, BUILT)

// A style sheet with its imports put in place, without comments.
function sheet(path) {
  const text = readFileSync(path, "utf8").replace(/\/\*.*?\*\//gs, "")
  return text.replace(/^@import "([^"]+)";$/gm, (_, name) => sheet(join(path, "..", name)))
}

function compress(path) {
  const whole = readFileSync(path)
  if (whole.length < LEAST) return
  writeFileSync(`${path}.gz`, gzipSync(whole, { level: 9 }))
  writeFileSync(`${path}.br`, brotliCompressSync(whole))
}
