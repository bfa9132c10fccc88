import { firstPhoto } from './examples.ts';

/** Sends the photo of the form at `/`, and shows what comes back. The API key is in its field and nowhere else. */
export const homeScript: string = /* JS */ `
const form = document.getElementById('try');
const { photo, degree, shown, key } = form.elements;
const button = form.querySelector('button');
const outcome = form.querySelector('.outcome');
const pictures = form.querySelector('.pictures');
const [before, after] = pictures.querySelectorAll('img');

const say = (words, failed = false) => {
  outcome.textContent = words;
  outcome.classList.toggle('failed', failed);
};
const showDegree = () => (shown.value = Number(degree.value).toFixed(1));
degree.addEventListener('input', showDegree);
showDegree(); // a browser that goes back fills in what was there
form.hidden = false;

form.addEventListener('submit', async (event) => {
  event.preventDefault();
  button.disabled = true;
  say('Slimming …');
  try {
    const result = await slimFace(photo.files[0], Number(degree.value));
    URL.revokeObjectURL(before.src);
    before.src = URL.createObjectURL(photo.files[0]);
    after.src = pictures.querySelector('a').href = result.url;
    await Promise.all([before.decode(), after.decode()]);
    pictures.hidden = false;
    const count = result.faces.length;
    say(result.width + ' × ' + result.height + ' px, ' + (count === 1 ? '1 face' : count + ' faces') + ' slimmed.');
  } catch (error) {
    pictures.hidden = true;
    say(error.message, true);
  } finally {
    button.disabled = false;
  }
});

async function slimFace(image, slimDegree) {
  const body = new FormData();
  body.set('operations', JSON.stringify({ query: ${JSON.stringify(firstPhoto.query)}, variables: { input: { image: null, slimDegree } } }));
  body.set('map', '{"0":["variables.input.image"]}');
  body.set('0', image);
  const headers = { 'x-graphql-yoga-csrf': '1', ...(key && { 'x-api-key': key.value }) };
  const response = await fetch('graphql', { method: 'POST', headers, body });
  const { data, errors } = await response.json().catch(() => ({}));
  const result = data?.slimFace;
  if (result?.url) return result;
  const message = result?.message ?? errors?.[0]?.message ?? 'The server answered with HTTP status ' + response.status;
  throw new Error(result?.code ? message + ' (' + result.code + ')' : message);
}
`;
