// Put your own photo in its place. Each import makes six files: three widths in two formats.
import taken from '../../../fixtures/astronaut.png?w=160;320;512&format=webp;jpg&as=picture';
import slimmed from '../../../fixtures/astronaut.png?slimFace&w=160;320;512&format=webp;jpg&as=picture';
import slimmedFurther from '../../../fixtures/astronaut.png?slimFace=2&w=160;320;512&format=webp;jpg&as=picture';

const photos = { 'As it was taken': taken, 'Slimmed at degree 1': slimmed, 'Slimmed at degree 2': slimmedFurther };

document.querySelector('main').innerHTML = Object.entries(photos)
  .map(([caption, { sources, img }]) => {
    const list = Object.entries(sources).map(([format, srcset]) => `<source type="image/${format}" srcset="${srcset}" sizes="512px">`);
    return `<picture>${list.join('')}<img src="${img.src}" width="${img.w}" height="${img.h}" alt="${caption}"></picture>`;
  })
  .join('\n');
