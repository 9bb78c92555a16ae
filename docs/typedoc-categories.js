/**
 * A plugin of TypeDoc: files every export of the reference under what it is for, by the folder that
 * declares it, so that nobody has to search one list of three hundred names.
 */
import { Comment, CommentTag, Converter, ReflectionKind } from 'typedoc';

/** The first pattern that a source file matches decides. */
const CATEGORIES = [
  [/\/(errors|system-errors|exit-codes)\.ts/, 'Errors'],
  [/^convnet .*\/(model|network|inference)\//, 'Models'],
  [/^convnet .*\/presets\//, 'Models'],
  [
    /^convnet .*\/layers\/(layer|merge-layer|signal|layer-tensors|registry|input|symbolic-tensor)\.ts/,
    'Layers of your own',
  ],
  [/^tensor .*\/options\.ts/, 'Layers of your own'],
  [/^convnet .*\/(layers\/|initializer|regularizers)/, 'Layers'],
  [/^convnet .*\/losses\//, 'Losses'],
  [/^convnet .*\/optimizers\//, 'Optimizers and learning rates'],
  [/^convnet .*\/callbacks/, 'Callbacks'],
  [/^convnet .*\/metrics\//, 'Metrics'],
  [/^convnet .*\/(training|samples)\//, 'Training'],
  [/^convnet .*\/testing\//, 'Gradient checks'],
  [/^convnet .*\/(files|onnx|node)\//, 'Files'],
  [/^tensor .*\/node\//, 'Files'],
  [
    /^tensor .*\/(kernels|kernel-life|backend|create-kernels|inference\/|reference\/|operands|math|expression|expression-call)/,
    'Kernels',
  ],
  [/^tensor .*\/labels\//, 'Training'],
  [/^tensor .*\/(random|beta)/, 'Random numbers'],
  [/^tensor /, 'Tensors'],
  [
    /^mnist-io .*\/(catalogue|node\/.*(load|find|dataset-places|verify|dataset-files))/,
    'Data sets',
  ],
  [/^mnist-io .*\/node\/download\//, 'Data sets'],
  [/^mnist-io .*\/augmentation\//, 'Augmentation'],
  [/^mnist-io .*\/image-to-digit\//, 'Pictures to digits'],
  [/^mnist-io .*\/generated-digits\//, 'Generated digits'],
  [/^mnist-io .*\/(idx|npy|gzip|node\/conversion|conversion)/, 'File formats'],
  [/^mnist-io /, 'Images and labels'],
];

/** @param {import('typedoc').Application} app */
export function load(app) {
  app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
    const modules = project.getReflectionsByKind(ReflectionKind.Module | ReflectionKind.Project);
    for (const module of modules) {
      for (const reflection of module.children ?? []) {
        if (reflection.kindOf(ReflectionKind.Module)) continue;
        const target = reflection.isReference() ? reflection.getTargetReflectionDeep() : reflection;
        const id = project.getSymbolIdFromReflection(target);
        if (!id) continue;
        const file = `${id.packageName.replace('@convnet/', '')} ${id.packagePath}`;
        const isError = target.kindOf(ReflectionKind.Class) && target.name.endsWith('Error');
        const category = isError
          ? 'Errors'
          : CATEGORIES.find(([pattern]) => pattern.test(file))?.[1];
        if (!category) throw new Error(`typedoc-categories: expected a category for ${file}.`);
        reflection.comment ??= new Comment();
        reflection.comment.blockTags.push(
          new CommentTag('@category', [{ kind: 'text', text: category }]),
        );
      }
    }
  });
}
