"""What must hold of the settings for the wire to keep its promises."""

from typing import Any

from django.conf import settings
from django.core.checks import Error, Tags, register

REDIS = "channels_redis"


@register(Tags.security)
def layer_is_sealed(app_configs, **kwargs) -> list[Error]:
    """Signals between processes say where people are; nobody may read them in Redis."""
    layer: Any = settings.CHANNEL_LAYERS.get("default", {})
    if not layer.get("BACKEND", "").startswith(REDIS) or layer["CONFIG"].get("symmetric_encryption_keys"):
        return []
    return [Error("The channel layer is not encrypted.", hint="Set LAYER_KEYS.", id="wire.E001")]


@register(Tags.compatibility)
def layer_waits_long_enough(app_configs, **kwargs) -> list[Error]:
    """redis-py 8 gives up after 5 s on a connection that only listens, and takes every socket with it."""
    layer: Any = settings.CHANNEL_LAYERS.get("default", {})
    if not layer.get("BACKEND", "").startswith(REDIS):
        return []
    hosts = layer["CONFIG"].get("hosts", [])
    if all(isinstance(host, dict) and host.get("socket_timeout", 5) is None for host in hosts):
        return []
    return [Error("The channel layer's hosts need socket_timeout: None.", id="wire.E002")]
