/**
 * Augmentations that suit handwritten digits. None mirrors an image or turns it far: a 2 in a
 * mirror is no digit, and a 6 upside down is a 9.
 */
import { elastic } from './elastic.ts';
import { keep } from './keep.ts';
import { rotate } from './rotate.ts';
import { scale } from './scale.ts';
import { shear } from './shear.ts';
import { shift } from './shift.ts';
import { strokeWidth } from './stroke-width.ts';
import type { Augmentation } from './transform.ts';

/** Names of the ready-made augmentations. */
export type AugmentationName = 'none' | 'light' | 'strong';

/** The ready-made augmentations, weakest first. */
export const augmentations: Readonly<Record<AugmentationName, Augmentation>> = {
  none: [],
  light: [shift({ pixels: 1 }), rotate({ degrees: 6 }), scale({ factor: 1.06 })],
  strong: [
    keep({ probability: 0.25 }),
    scale({ factor: 1.1, aspect: 1.1 }),
    shear({ degrees: 8 }),
    rotate({ degrees: 8 }),
    shift({ pixels: 1.5 }),
    elastic({ alpha: 30, sigma: 5 }),
    strokeWidth({ thicker: 0.3, thinner: 0.2 }),
  ],
};
