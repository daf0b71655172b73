"""Makes clean pictures of what was uploaded, in a process of its own with little memory, time and no rights."""

from .process import Busy, Refused, compose, in_sandbox, take_in

__all__ = ["Busy", "Refused", "compose", "in_sandbox", "take_in"]
