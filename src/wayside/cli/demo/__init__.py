# SPDX-License-Identifier: Apache-2.0
"""`wayside demo`: the real pipeline over a rendered clip whose truth is known."""

from wayside.cli.demo.command import demo

__all__ = ["demo"]
