"""The operator's sub-path: taken off the path of a request, whether or not the proxy before us did so already."""

from starlette.types import ASGIApp, Receive, Scope, Send


def root_of(scope: Scope) -> str:
    """Return the sub-path, such as /convfold, or nothing."""
    # Below a mount, root_path holds the mount too.
    root: str = scope.get("app_root_path", scope.get("root_path", ""))
    return root.rstrip("/")


def local_path(scope: Scope) -> str:
    """Return the path below the sub-path."""
    path, root = str(scope["path"]), root_of(scope)
    if root and (path == root or path.startswith(f"{root}/")):
        return path[len(root) :] or "/"
    return path or "/"


class SubPath:
    """ASGI middleware that tells the application of its sub-path, where the server does not."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app = app
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if self.root and scope["type"] in ("http", "websocket"):
            # By the ASGI specification the path holds the sub-path, also where a proxy took it off.
            path = f"{self.root}{local_path({**scope, 'root_path': self.root})}"
            raw = path.encode() if scope["path"] != path else scope.get("raw_path")
            scope = {**scope, "root_path": self.root, "path": path, "raw_path": raw}
        await self.app(scope, receive, send)
