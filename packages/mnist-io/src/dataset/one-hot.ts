/** Classes as numbers that a network can be compared with, as `@convnet/tensor` makes them. */
export { oneHot } from '@convnet/tensor';
