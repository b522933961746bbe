// The visit in a headset (WebXR): the panorama around one's head, its points before it. A controller, a hand or a tap chooses
// a point; where there is none of them, a look that stays on it does. `tour.js` fetches this when a headset is put on.

const AWAY = 3; // metres to a point
const STAY = 1600; // milliseconds that a look must stay on a point to choose it
const FADE = 300; // milliseconds in which a scene appears
const WIDEST = 560; // pixels of a line on a sign
const PIXELS = 320; // to a metre of a sign
const radians = (degrees) => (Number(degrees) * Math.PI) / 180;
const colour = (name) => getComputedStyle(document.documentElement).getPropertyValue(name);

// --- what a sign says, drawn ---

function wrap(brush, text) {
  const lines = [""];
  for (const word of text.split(/\s+/)) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (!lines.at(-1) || brush.measureText(longer).width <= WIDEST) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return lines;
}

function drawn(title, text, isChoice) {
  const canvas = document.createElement("canvas");
  const brush = canvas.getContext("2d");
  const fonts = ["600 34px 'Source Sans 3', sans-serif", "400 28px 'Source Sans 3', sans-serif"];
  const lines = [title, text].flatMap((words, n) => {
    brush.font = fonts[n];
    return words ? wrap(brush, words).map((line) => ({ line, font: fonts[n], width: brush.measureText(line).width })) : [];
  });
  canvas.width = Math.min(WIDEST, Math.max(...lines.map(({ width }) => width))) + 72;
  canvas.height = lines.length * 44 + 32;
  brush.beginPath();
  brush.roundRect(3, 3, canvas.width - 6, canvas.height - 6, 36);
  brush.fillStyle = colour("--surface");
  brush.fill();
  if (isChoice) {
    brush.lineWidth = 5;
    brush.strokeStyle = colour("--color-accent");
    brush.stroke();
  }
  brush.fillStyle = colour("--color-base-content");
  brush.textAlign = "center";
  brush.textBaseline = "middle";
  lines.forEach(({ line, font }, n) => {
    brush.font = font;
    brush.fillText(line, canvas.width / 2, 40 + n * 44, WIDEST);
  });
  return canvas;
}

// --- the visit ---

/** Until the headset is taken off; answers with the rooms that were chosen there, `[{ href, label }]`.
 *
 * `scene()` tells the scene of the page, `go(url)` makes it another one, `shown()` is called once it stands around one,
 * `words` are what the signs say. */
export async function visit(session, three, { scene, go, shown, words, calm }) {
  let isOver = false;
  const over = new Promise((done) => session.addEventListener("end", done, { once: true })).then(() => (isOver = true));
  const wanted = new Map();
  const renderer = new three.WebGLRenderer({ antialias: true });
  const stage = new three.Scene();
  const camera = new three.PerspectiveCamera();
  const world = new three.Group();
  const globe = new three.SphereGeometry(50, 64, 32).scale(-1, 1, 1).rotateY(-Math.PI / 2); // Its middle lies ahead.
  const sky = new three.Mesh(globe, new three.MeshBasicMaterial({ depthWrite: false, visible: false }));
  const raycaster = new three.Raycaster();
  const rays = new Map();
  let signs = [];
  let heading = 0;
  let appeared = 0;
  let busy = false;
  let looked = { sign: null, since: 0 };
  stage.add(world);
  world.add(sky);

  const ring = new three.Mesh(new three.RingGeometry(0.02, 0.026, 32), plain());
  const disc = new three.Mesh(new three.CircleGeometry(0.02, 32), plain());
  const gaze = new three.Group().add(ring, disc);
  stage.add(gaze);

  function plain(tint = colour("--panorama-mark")) {
    return new three.MeshBasicMaterial({ color: tint, depthTest: false, depthWrite: false, transparent: true });
  }

  function textureOf(image) {
    const texture = new three.Texture(image);
    texture.colorSpace = three.SRGBColorSpace;
    texture.needsUpdate = true;
    return texture;
  }

  function write(sign, title, text = "") {
    const canvas = drawn(title, text, Boolean(sign.userData.choose));
    sign.material.map?.dispose();
    sign.material.map = textureOf(canvas);
    sign.material.needsUpdate = true;
    sign.geometry.dispose();
    sign.geometry = new three.PlaneGeometry(canvas.width / PIXELS, canvas.height / PIXELS);
  }

  function put(yaw, pitch, title, { text = "", choose = null } = {}) {
    const sign = new three.Mesh(new three.PlaneGeometry(), plain());
    const [across, up] = [radians(yaw), radians(pitch)];
    sign.position.set(Math.sin(across) * Math.cos(up), Math.sin(up), -Math.cos(across) * Math.cos(up));
    sign.position.multiplyScalar(AWAY);
    sign.renderOrder = 1;
    sign.userData.choose = choose && (() => choose(sign));
    world.add(sign);
    signs.push(sign);
    write(sign, title, text);
  }

  function clear() {
    for (const sign of signs) {
      world.remove(sign);
      sign.material.map.dispose();
      sign.material.dispose();
      sign.geometry.dispose();
    }
    signs = [];
  }

  // A point of the page as a sign: the way on, a room, or a text that opens.
  function putPoint({ yaw, pitch, label, text, href, isScene }) {
    if (isScene) put(yaw, pitch, `→ ${label}`, { text, choose: () => travel(href) });
    else if (href) {
      const choose = (sign) => {
        if (!wanted.delete(href)) wanted.set(href, { href, label });
        mark(sign);
      };
      const mark = (sign) => write(sign, label, wanted.has(href) ? `✓ ${words.kept}` : words.book);
      put(yaw, pitch, label, { text: wanted.has(href) ? `✓ ${words.kept}` : words.book, choose });
    } else if (text) {
      let isOpen = false;
      put(yaw, pitch, `${label} …`, {
        choose: (sign) => {
          isOpen = !isOpen;
          write(sign, isOpen ? label : `${label} …`, isOpen ? text : "");
        },
      });
    } else put(yaw, pitch, label);
  }

  function putLeave(yaw) {
    put(yaw, -40, words.leave, { choose: () => session.end() });
  }

  async function show() {
    const { title, panorama, startYaw, points } = scene();
    const image = new Image();
    image.src = panorama;
    await image.decode();
    if (isOver) return;
    sky.material.map?.dispose();
    sky.material.map = textureOf(image);
    sky.material.visible = true;
    sky.material.needsUpdate = true;
    // What is to be seen first lies where one looks now.
    world.rotation.y = radians(startYaw) - heading;
    clear();
    put(startYaw, 32, title, { text: words.hint });
    points.forEach(putPoint);
    putLeave(startYaw);
    appeared = performance.now();
    shown();
  }

  async function travel(href) {
    busy = true;
    clear();
    put(0, 0, words.loading);
    world.rotation.y = -heading;
    try {
      if (href) await go(href);
      await show();
    } catch (error) {
      console.info("The scene did not open:", error);
      sky.material.visible = false;
      clear();
      put(0, 0, words.failed);
      putLeave(0);
    } finally {
      busy = false;
    }
  }

  function aimed(matrix) {
    raycaster.ray.origin.setFromMatrixPosition(matrix);
    raycaster.ray.direction.set(0, 0, -1).transformDirection(matrix);
    return raycaster.intersectObjects(signs.filter((sign) => sign.visible && sign.userData.choose))[0];
  }

  const matrixOf = (pose) => new three.Matrix4().fromArray(pose.transform.matrix);

  function choose(sign) {
    if (sign && !busy) sign.userData.choose();
  }

  session.addEventListener("select", ({ frame, inputSource }) => {
    const pose = frame.getPose(inputSource.targetRaySpace, renderer.xr.getReferenceSpace());
    if (pose) choose(aimed(matrixOf(pose))?.object);
  });

  // The rays of controllers and hands; answers with what they aim at, or null where there is none.
  function point(frame, space) {
    const held = [...session.inputSources].filter((source) => source.targetRayMode === "tracked-pointer");
    for (const [source, ray] of rays) {
      if (held.includes(source)) continue;
      stage.remove(ray);
      ray.geometry.dispose();
      ray.material.dispose();
      rays.delete(source);
    }
    if (!held.length) return null;
    return held.map((source) => {
      const ray = rays.get(source) ?? drawRay(source);
      const pose = frame.getPose(source.targetRaySpace, space);
      ray.visible = Boolean(pose);
      if (!pose) return null;
      const hit = aimed(matrixOf(pose));
      ray.matrix.copy(matrixOf(pose)).scale(new three.Vector3(1, 1, hit?.distance ?? AWAY));
      ray.matrixWorldNeedsUpdate = true;
      return hit?.object;
    });
  }

  function drawRay(source) {
    const line = new three.BufferGeometry().setFromPoints([new three.Vector3(), new three.Vector3(0, 0, -1)]);
    const ray = new three.Line(line, new three.LineBasicMaterial({ color: colour("--panorama-mark"), depthTest: false }));
    ray.matrixAutoUpdate = false;
    ray.frustumCulled = false;
    ray.renderOrder = 2;
    stage.add(ray);
    rays.set(source, ray);
    return ray;
  }

  // Looking long enough; answers with what is looked at.
  function stare(head, now) {
    const sign = aimed(head)?.object ?? null;
    if (sign !== looked.sign) looked = { sign, since: now };
    const share = sign && !busy ? Math.min(1, (now - looked.since) / STAY) : 0;
    disc.scale.setScalar(share || 0.001);
    if (share === 1) {
      looked.since = Infinity; // Once, until one looks elsewhere.
      choose(sign);
    }
    return [sign];
  }

  function draw(_time, frame) {
    const space = renderer.xr.getReferenceSpace();
    const pose = space && frame?.getViewerPose(space);
    if (!pose) return;
    const now = performance.now();
    const head = matrixOf(pose);
    const ahead = new three.Vector3(0, 0, -1).transformDirection(head);
    heading = Math.atan2(ahead.x, -ahead.z);
    world.position.setFromMatrixPosition(head);
    world.updateMatrixWorld(true);
    for (const sign of signs) sign.lookAt(world.position);
    const pointed = point(frame, space);
    gaze.visible = !pointed;
    gaze.position.copy(world.position).addScaledVector(ahead, 1.5);
    gaze.lookAt(world.position);
    const aims = pointed ?? stare(head, now);
    for (const sign of signs) sign.scale.setScalar(aims.includes(sign) ? 1.12 : 1);
    sky.material.color.setScalar(busy ? 0.4 : calm ? 1 : Math.min(1, (now - appeared) / FADE));
    renderer.render(stage, camera);
  }

  try {
    renderer.xr.enabled = true;
    renderer.xr.setReferenceSpaceType("local");
    await renderer.xr.setSession(session);
    renderer.setAnimationLoop(draw);
    await Promise.race([travel(), over]);
    await over;
  } finally {
    renderer.setAnimationLoop(null);
    clear();
    sky.material.map?.dispose();
    renderer.dispose();
    renderer.forceContextLoss();
  }
  return [...wanted.values()];
}
