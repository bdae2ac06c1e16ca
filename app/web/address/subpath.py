"""Removes the operator's sub-path from request paths, whether or not the proxy has removed it already."""

from starlette.types import ASGIApp, Receive, Scope, Send


def root_of(scope: Scope) -> str:
    """Return the sub-path, such as /convfold, or an empty string."""
    # Inside a mounted application, root_path also contains the mount.
    root: str = scope.get("app_root_path", scope.get("root_path", ""))
    return root.rstrip("/")


def local_path(scope: Scope) -> str:
    """Return the path below the sub-path."""
    path, root = str(scope["path"]), root_of(scope)
    if root and (path == root or path.startswith(f"{root}/")):
        return path[len(root) :] or "/"
    return path or "/"


class SubPath:
    """ASGI middleware that tells the application its sub-path, since the server does not."""

    def __init__(self, app: ASGIApp, root: str) -> None:
        self.app = app
        self.root = root

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on."""
        if self.root and scope["type"] in ("http", "websocket"):
            # The ASGI specification wants the sub-path in the path, even if a proxy removed it.
            path = f"{self.root}{local_path({**scope, 'root_path': self.root})}"
            raw = path.encode() if scope["path"] != path else scope.get("raw_path")
            scope = {**scope, "root_path": self.root, "path": path, "raw_path": raw}
        await self.app(scope, receive, send)
