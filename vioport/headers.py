"""What every page tells the browser not to do: keep a copy, or use a device it has no need of."""

from asgiref.sync import iscoroutinefunction, markcoroutinefunction

# Where a camera and a microphone are used: the room with its waiting room, and the check of devices.
WITH_DEVICES = frozenset({"sessions:room", "sessions:door", "sessions:check"})
OURS = "(self)"
NOBODYS = "()"
DEVICES = (
    "camera",
    "microphone",
    "display-capture",
    "speaker-selection",
    "screen-wake-lock",
    "picture-in-picture",
    "fullscreen",
    "autoplay",
)
SHOW_PASSKEY = "publickey-credentials-get"  # on every page: any page may lock, and be opened with one
MAKE_PASSKEY = "publickey-credentials-create"
NEVER = (
    "accelerometer",
    "browsing-topics",
    "geolocation",
    "gyroscope",
    "hid",
    "idle-detection",
    "local-fonts",
    "magnetometer",
    "midi",
    "payment",
    "serial",
    "usb",
    "xr-spatial-tracking",
)


def permissions_policy(view_name: str) -> str:
    """Return the policy for one page: devices only where people meet, passkeys made only on account pages."""
    devices = OURS if view_name in WITH_DEVICES else NOBODYS
    making = OURS if view_name.startswith(("account_", "mfa_")) else NOBODYS
    policy = dict.fromkeys(DEVICES, devices) | dict.fromkeys(NEVER, NOBODYS)
    policy |= {SHOW_PASSKEY: OURS, MAKE_PASSKEY: making}
    return ", ".join(f"{name}={allowed}" for name, allowed in policy.items())


class Headers:
    """Permissions by page, and no copy of any page kept: not by a proxy, not behind the Back button.

    A view that sets Cache-Control itself keeps what it said. Static files are answered further up.
    """

    sync_capable = async_capable = True

    def __init__(self, get_response):
        self.get_response = get_response
        if iscoroutinefunction(get_response):
            markcoroutinefunction(self)

    def __call__(self, request):
        if iscoroutinefunction(self):
            return self.answer(request)
        return self.with_headers(request, self.get_response(request))

    async def answer(self, request):
        return self.with_headers(request, await self.get_response(request))

    def with_headers(self, request, response):
        match = request.resolver_match
        response.headers.setdefault(
            "Permissions-Policy", permissions_policy(match.view_name if match else "")
        )
        response.headers.setdefault("Cache-Control", "no-store")
        return response
