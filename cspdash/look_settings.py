"""Settings of why somebody looks outside their own team. cspdash.settings.Settings includes them; see docs/security.md."""

import re
from collections.abc import Mapping
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field, field_validator
from pydantic_settings import NoDecode

from cspdash.domain.looking_outside import DEFAULT_REASONS, MOST_REASONS, LookReasons

CODE = re.compile(r"[a-z][a-z0-9_]{1,39}")
LONGEST_WORDS = 60


class LookSettings(BaseModel):
    """Whether, and with which list, somebody is asked before they see names outside their own team."""

    look_reason: Literal["ask", "off"] = Field(
        default="ask",
        description="Before named officers or records outside one's own team: `ask` for a reason from a list, kept in the "
        "audit with everything looked at; `off`: no question",
    )
    look_reason_minutes: int = Field(
        default=60,
        ge=5,
        le=12 * 60,
        description="Minutes a reason counts for the units it was said of; afterwards the next page asks again",
    )
    look_reasons: Annotated[dict[str, str], NoDecode] = Field(
        default_factory=lambda: dict(DEFAULT_REASONS),
        description=f"The reasons to choose from, code to words, one to {MOST_REASONS}, in this order; the code is what the "
        "audit keeps, so keep one that was in use",
        json_schema_extra={"default": ", ".join(DEFAULT_REASONS)},
    )

    @field_validator("look_reasons", mode="before")
    @classmethod
    def reasons_in_pairs(cls, value: Any) -> Any:
        """In the environment: `supervision=Supervision or a 1:1, conduct=Complaint or conduct matter`."""
        if not isinstance(value, str):
            return value
        pairs = [part.partition("=") for part in value.split(",") if part.strip()]
        return {code.strip(): words.strip() for code, _, words in pairs}

    @field_validator("look_reasons", mode="after")
    @classmethod
    def short_list(cls, reasons: dict[str, str]) -> dict[str, str]:
        if not 1 <= len(reasons) <= MOST_REASONS:
            raise ValueError(f"give one to {MOST_REASONS} reasons: people choose with one click")
        for code, words in reasons.items():
            if not CODE.fullmatch(code):
                raise ValueError(f"{code!r} cannot be a code; use lower-case letters, digits and _, as in data_quality")
            if not words.strip() or len(words) > LONGEST_WORDS or not words.isprintable():
                raise ValueError(f"the words of {code!r} must be one line of at most {LONGEST_WORDS} characters")
        return reasons

    @property
    def looking(self) -> LookReasons:
        """The list and how long a reason counts."""
        chosen: Mapping[str, str] = self.look_reasons
        return LookReasons(chosen, self.look_reason_minutes)
