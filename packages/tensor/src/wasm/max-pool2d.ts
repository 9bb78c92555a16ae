/** Max pooling without padding, four channels at a time, and its gradient. */
import type { WindowGeometry } from '../window-geometry.ts';
import type { Code, Local } from './code.ts';
import { FLOAT, LANES, loadVector, storeVector } from './vector-access.ts';

/** Emits the function `(input, output, positions)`, of addresses. */
export function emitMaxPool2d(
  code: Code,
  samples: number,
  channels: number,
  g: WindowGeometry,
): void {
  const [input, output, positions] = code.parameters as [Local, Local, Local];
  const [atSample, atRow, at] = [code.local('i32'), code.local('i32'), code.local('i32')];
  const [out, position] = [code.local('i32'), code.local('i32')];
  const pixel = channels * FLOAT;
  const row = g.inputWidth * pixel;
  code.assign(out, output).assign(position, positions).assign(atSample, input);
  code.repeat(samples, () => {
    code.assign(atRow, atSample);
    code.repeat(g.outputHeight, () => {
      code.assign(at, atRow);
      code.repeat(g.outputWidth, () => {
        emitWindow(code, channels, g, { input, at, out, position });
        code.advance(at, (g.strideWidth - 1) * pixel);
      });
      code.advance(atRow, g.strideHeight * row);
    });
    code.advance(atSample, g.inputHeight * row);
  });
}

interface WindowPointers {
  readonly input: Local;
  readonly at: Local;
  readonly out: Local;
  readonly position: Local;
}

/** All channels of one window; moves the pointers past them. */
function emitWindow(
  code: Code,
  channels: number,
  g: WindowGeometry,
  pointers: WindowPointers,
): void {
  const { input, at, out, position } = pointers;
  const [best, winner, value, mask] = [0, 1, 2, 3].map(() => code.local('v128'));
  const index = code.local('i32');
  const group = (width: number): void => {
    // Index of the first channel, from its address.
    code.get(at).get(input).op('i32Sub').i32(2).op('i32ShrU').set(index);
    for (let r = 0; r < g.windowHeight; r++) {
      for (let s = 0; s < g.windowWidth; s++) {
        const offset = (r * g.dilationHeight * g.inputWidth + s * g.dilationWidth) * channels;
        const candidate = (): void => {
          code.get(index).op('i32x4Splat');
          code.i32x4([offset, offset + 1, offset + 2, offset + 3]).op('i32x4Add');
        };
        loadVector(code, at, offset * FLOAT, width);
        if (r === 0 && s === 0) {
          code.set(best!);
          candidate();
          code.set(winner!);
          continue;
        }
        code.set(value!);
        // A NaN wins, so that it is not hidden.
        code.get(value!).get(best!).op('f32x4Gt').get(value!).get(value!).op('f32x4Ne', 'v128Or');
        code.set(mask!);
        candidate();
        code.get(winner!).get(mask!).op('v128Bitselect').set(winner!);
        code.get(value!).get(best!).get(mask!).op('v128Bitselect').set(best!);
      }
    }
    storeVector(code, out, 0, width, best!);
    storeVector(code, position, 0, width, winner!);
    for (const pointer of [at, out, position]) code.advance(pointer, width * FLOAT);
  };
  code.repeat(Math.floor(channels / LANES), () => {
    group(LANES);
  });
  if (channels % LANES > 0) group(channels % LANES);
}

/** Emits the function `(dOutput, positions, dInput)`: adds each gradient where its winner was. */
export function emitScatterAdd(code: Code, size: number): void {
  const [dOutput, positions, dInput] = code.parameters as [Local, Local, Local];
  const [from, position, to] = [code.local('i32'), code.local('i32'), code.local('i32')];
  code.assign(from, dOutput).assign(position, positions);
  code.repeat(size, () => {
    code.get(position).access('i32Load', 0).i32(2).op('i32Shl').get(dInput).op('i32Add').set(to);
    code.get(to).get(to).access('f32Load', 0).get(from).access('f32Load', 0).op('f32Add');
    code.access('f32Store', 0);
    code.advance(from, FLOAT).advance(position, FLOAT);
  });
}
