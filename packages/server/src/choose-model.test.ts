import { mkdir, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { saveModel } from '@convnet/convnet/node';
import { expect, test } from 'vitest';
import { smallModel, withFolder } from '../test/support/small-model.ts';
import { chooseModel } from './choose-model.ts';

test('takes the named file, else the newest, else the shipped one', async () => {
  await withFolder(async (folder) => {
    const files = ['a', 'b', 'c'].map((name) => path.join(folder, `${name}.safetensors`));
    for (const [index, file] of files.entries()) {
      await saveModel(smallModel(index), file);
      // The second is the newest.
      await utimes(file, 1, 1000 + (index === 1 ? 5 : index));
    }
    await writeFile(path.join(folder, 'newer.txt'), '');
    await mkdir(path.join(folder, 'newer.safetensors'));

    const newest = await chooseModel(undefined, folder);
    expect(newest.origin).toBe(`the newest trained here, ${files[1]!}`);
    expect(newest.model.parameters[0]!.value.data).toEqual(smallModel(1).parameters[0]!.value.data);
    const named = await chooseModel(files[2], folder);
    expect(named.origin).toBe(files[2]);
    expect(named.model.info.trainedOn).toBe('nothing');
  });
});

test('ships a network for digits', async () => {
  const { model, origin } = await chooseModel(undefined, 'no/such/folder');
  expect(origin).toMatch(/^shipped/);
  expect([model.inputShape, model.outputShape]).toEqual([[28, 28, 1], [10]]);
  expect(model.info.testAccuracy).toBeGreaterThan(0.985);
});

test('puts no other model in the place of one that is broken or missing', async () => {
  await withFolder(async (folder) => {
    const file = path.join(folder, 'broken.safetensors');
    await writeFile(file, 'not a model');
    await expect(chooseModel(undefined, folder)).rejects.toMatchObject({
      name: 'ProgramError',
      exitCode: 65,
      message: expect.stringMatching(/broken\.safetensors: .* remove it, or train again/) as string,
    });
    await expect(chooseModel(file, folder)).rejects.toMatchObject({ exitCode: 65 });
    const missing = path.join(folder, 'missing');
    await expect(chooseModel(missing)).rejects.toMatchObject({
      exitCode: 66,
      message: expect.stringMatching(/there is no such file\. Check the path/) as string,
    });
    await expect(chooseModel(folder)).rejects.toMatchObject({
      exitCode: 66,
      message: expect.stringContaining('it is a folder') as string,
    });
  });
});
