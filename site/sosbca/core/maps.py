"""The map of Latvia: shapes of its planning regions, and where a town lies on it.

The outline is Natural Earth's at 1:10 million (public domain, version 4.1, through the npm package
world-atlas 2.0.2), simplified as if cut from paper. The borders between the regions are
schematic: drawn through known points, so that every town lies in its own region. The projection
is equirectangular, true to scale in the middle of the country.
"""

from math import cos, radians
from typing import Final, NamedTuple

from .regions import Region

#: The drawing's own units; north is up.
WIDTH: Final = 807
HEIGHT: Final = 500

_WEST: Final = 20.9
_NORTH: Final = 58.12
_PER_DEGREE: Final = 200.0
_MIDDLE: Final = 56.9


class Shape(NamedTuple):
    """A region: its outline as an SVG path, and where its name stands."""

    path: str
    label_x: int
    label_y: int


class Point(NamedTuple):
    x: float
    y: float


def project(latitude: float, longitude: float) -> Point:
    """Where a place in degrees (WGS 84) lies on the drawing, from its upper left corner."""
    return Point(
        round((longitude - _WEST) * cos(radians(_MIDDLE)) * _PER_DEGREE, 1),
        round((_NORTH - latitude) * _PER_DEGREE, 1),
    )


SHAPES: Final[dict[str, Shape]] = {
    Region.KURZEME: Shape(
        path=(
            "M281 217L267 212 258 204 243 150 233 145 192 107 185 95 187 73 173 75 120 104 95 "
            "107 87 113 58 163 55 194 56 209 53 222 35 243 17 258 17 286 10 314 17 323 20 344 "
            "18 347 14 343 16 332 12 320 7 373 17 409 32 407 36 391 47 379 57 377 76 362 86 "
            "362 131 340 144 346 176 345 186 348 190 351 189 348 190 330 193 318 199 308 211 "
            "293 222 288 233 286 244 279 275 248 280 227z"
        ),
        label_x=140,
        label_y=255,
    ),
    Region.RIGA: Shape(
        path=(
            "M371 187L362 199 342 210 333 221 305 230 293 228 285 218 281 217 280 227 275 248 "
            "309 275 320 280 348 281 380 291 393 288 386 264 387 253 391 249 400 245 443 231 "
            "449 228 453 224 458 213 458 201 457 195 447 180 438 174 433 173 427 174 408 183 "
            "396 187 377 187z"
        ),
        label_x=308,
        label_y=172,
    ),
    Region.ZEMGALE: Shape(
        path=(
            "M190 351L193 354 221 341 225 344 231 359 236 363 242 362 248 352 261 349 286 358 "
            "296 353 307 353 309 358 323 357 337 361 354 373 374 364 384 371 391 370 413 349 "
            "427 342 431 343 434 335 438 339 445 364 456 384 460 387 486 392 520 396 524 406 "
            "545 426 549 407 560 384 559 375 554 362 557 350 562 343 569 338 596 324 612 312 "
            "593 302 582 298 544 288 509 274 493 271 485 272 470 277 455 286 435 305 430 307 "
            "424 308 414 304 404 298 393 288 380 291 348 281 320 280 309 275 275 248 244 279 "
            "233 286 222 288 211 293 199 308 193 318 190 330 189 348z"
        ),
        label_x=480,
        label_y=345,
    ),
    Region.VIDZEME: Shape(
        path=(
            "M724 121L724 118 701 121 676 114 664 102 652 99 644 110 633 110 623 116 622 120 "
            "616 118 611 121 604 112 589 104 575 83 560 69 559 55 534 53 528 39 516 42 511 40 "
            "507 31 498 27 491 19 483 17 479 9 475 10 475 14 479 22 473 27 470 26 466 12 455 "
            "11 442 23 434 24 428 29 419 26 413 35 397 35 385 44 383 51 372 50 371 75 377 87 "
            "379 101 378 114 383 155 382 172 371 187 377 187 396 187 408 183 427 174 433 173 "
            "438 174 447 180 457 195 458 201 458 213 453 224 449 228 443 231 400 245 391 249 "
            "387 253 386 264 393 288 404 298 414 304 424 308 430 307 435 305 455 286 470 277 "
            "485 272 493 271 509 274 544 288 582 298 593 302 612 312 625 316 636 316 646 312 "
            "653 304 655 299 664 245 664 233 661 222 660 212 672 180 678 169 698 155 712 141 "
            "721 126z"
        ),
        label_x=540,
        label_y=178,
    ),
    Region.LATGALE: Shape(
        path=(
            "M545 426L576 454 587 475 609 488 622 491 627 485 638 487 649 480 664 459 683 458 "
            "695 466 705 458 714 464 731 465 737 439 747 432 751 421 769 401 788 392 792 396 "
            "799 370 794 350 793 336 786 324 789 314 777 306 773 286 761 275 766 260 752 250 "
            "738 256 735 255 748 216 747 210 741 203 756 192 758 166 736 146 722 138 724 121 "
            "721 126 712 141 698 155 678 169 672 180 660 212 661 222 664 233 664 245 655 299 "
            "653 304 646 312 636 316 625 316 612 312 596 324 569 338 562 343 557 350 554 362 "
            "559 375 560 384 549 407z"
        ),
        label_x=700,
        label_y=345,
    ),
}
