/** A mouse that draws on the page, and what the page answers. */
import type { Page } from 'playwright-core';
import type { Place } from './strokes.ts';
import type { TestDigit } from './test-digits.ts';
import { traceDigit } from './trace-digit.ts';

type ToScreen = (place: Place) => [x: number, y: number];

/** Places on the board as places on the screen. */
export async function boardToScreen(page: Page): Promise<ToScreen> {
  const box = (await page.locator('#board').boundingBox())!;
  return ([x, y]) => [box.x + x * box.width, box.y + y * box.height];
}

/** Draws strokes with the mouse, faster than the screen shows them. */
export async function draw(page: Page, strokes: readonly (readonly Place[])[]): Promise<void> {
  const at = await boardToScreen(page);
  for (const stroke of strokes) {
    await page.mouse.move(...at(stroke[0]!));
    await page.mouse.down();
    // Each movement waits for the screen; sent together, they arrive in order all the same.
    await Promise.all(stroke.slice(1).map((place) => page.mouse.move(...at(place))));
    await page.mouse.up();
  }
}

/** Draws a stroke movement by movement, as a hand would, and leaves the pen down. */
export async function drawSlowly(page: Page, stroke: readonly Place[]): Promise<void> {
  const at = await boardToScreen(page);
  await page.mouse.move(...at(stroke[0]!));
  await page.mouse.down();
  for (const place of stroke) await page.mouse.move(...at(place), { steps: 3 });
}

/** Waits until the answer belongs to the drawing, and gives it. */
export async function answerOf(page: Page): Promise<string> {
  await page.locator('#reading[aria-busy="false"]').waitFor();
  return page.locator('#answer').innerText();
}

/** Draws the digits one after another. @returns those that were read as something else. */
export async function misread(page: Page, digits: readonly TestDigit[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const { pixels, label } of digits) {
    await page.keyboard.press('Escape');
    await draw(page, traceDigit(pixels));
    const answer = await answerOf(page);
    if (answer !== String(label)) wrong.push(`${label} as ${answer}`);
  }
  return wrong;
}
