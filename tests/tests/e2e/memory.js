// Runs the actions of a long visit in the page itself: commands from a driver would take minutes.
window.visit = (() => {
  const find = (hook) => document.querySelector(hook);
  const painted = () => new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
  const until = async (what, isSo) => {
    for (const begun = performance.now(); !isSo(); await painted()) {
      if (performance.now() - begun > 20000) throw new Error(`waited in vain for ${what}`);
    }
    await painted();
  };
  const quiet = () => find('[data-testid=status]').dataset.kind === 'quiet';
  const rows = () => document.querySelectorAll('[data-testid=rising-list] tr[data-code] a');
  const timeline = () => find('[data-testid=timeline]');
  const detail = () => find('[data-testid=area-detail]')?.dataset.code;

  const date = async (position) => {
    const slider = timeline();
    slider.value = position;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
    await until(`date ${position}`, () => quiet());
  };
  /** All over the range and back to where it was. */
  const dates = async (steps) => {
    const slider = timeline();
    const [start, end] = [Number(slider.value), Number(slider.max)];
    for (let step = 1; step < steps; step += 1) {
      await date((start + Math.ceil((step * end) / steps)) % (end + 1));
    }
    await date(start);
  };
  const level = async (name) => {
    const longest = timeline().max;
    find(`input[name=level][value=${name}]`).click();
    await until(`level ${name}`, () => timeline().max !== longest && quiet());
  };
  const nation = async (name) => {
    const choice = find('.nation select');
    choice.value = name;
    choice.dispatchEvent(new Event('change', { bubbles: true }));
    await until(`nation ${name}`, quiet);
  };
  const close = async (way) => {
    if (way === 0) find('[data-testid=close]').click();
    else if (way === 1) {
      document.dispatchEvent(new KeyboardEvent('keydown', { key: 'Escape', bubbles: true }));
    } else history.back();
    await until('closed details', () => !detail());
  };
  const selections = async (number) => {
    for (let turn = 0; turn < number; turn += 1) {
      const row = rows()[turn % rows().length];
      const { code } = row.closest('tr').dataset;
      row.click();
      await until(`the details of ${code}`, () => detail() === code && quiet());
      await close(turn % 3);
    }
  };
  const searches = async (number) => {
    const input = find('[data-testid=search] input');
    for (let turn = 0; turn < number; turn += 1) {
      input.dispatchEvent(new PointerEvent('pointerdown', { bubbles: true }));
      input.value = ['HX1 1UB', 'leeds', 'south', 'rutlnad'][turn % 4];
      input.dispatchEvent(new Event('input', { bubbles: true }));
      await until('suggestions', () => find('[role=option]') && quiet());
      find('[role=option]').click();
      await until('the details of the suggestion', () => detail() && quiet());
      await close(0);
    }
    input.value = '';
    input.dispatchEvent(new Event('input', { bubbles: true }));
    await until('an empty search', () => !find('[role=option]'));
  };
  const panels = async (number) => {
    const opened = { 'open-story': 'story', 'open-downloads': 'downloads', embed: 'builder' };
    for (let turn = 0; turn < number; turn += 1) {
      for (const [button, panel] of Object.entries(opened)) {
        find(`[data-testid=${button}]`).click();
        await until(panel, () => find(`[data-testid=${panel}]`) && quiet());
        (find(`[data-testid=${panel}] .close`) ?? find(`[data-testid=${button}]`)).click();
        await until(`closed ${panel}`, () => !find(`[data-testid=${panel}]`));
      }
      find('[data-testid=all-areas]').click();
      const caption = () => find('[data-testid=rising-list] caption').textContent;
      await until('all areas', () => /^All /.test(caption()));
      // The list may already show pages: it remembers the button.
      if (rows().length < 50) find('.show-all').click();
      await until('pages', () => find('[data-testid=next-rows]') && rows().length === 50);
      const first = rows()[0].closest('tr').dataset.code;
      find('[data-testid=next-rows]').click();
      await until('the next page', () => rows()[0].closest('tr').dataset.code !== first);
      find('[data-testid=all-areas]').click();
      await until('rising areas', quiet);
    }
  };
  const zooms = async (number) => {
    for (let turn = 0; turn < 2 * number; turn += 1) {
      document.querySelectorAll('.zoom button')[turn % 2].click();
      await new Promise((resolve) => setTimeout(resolve, 300));
    }
  };
  /** The map as it was: a nation that is chosen comes into view. */
  const home = async () => {
    await nation('wales');
    await nation('england');
    await new Promise((resolve) => setTimeout(resolve, 700));
  };
  return async ({ steps, switches, chosen, looked, opened, zoomed }) => {
    const beginning = timeline().value;
    await dates(steps / 2);
    await level('msoa');
    await dates(steps / 2);
    await selections(chosen / 2);
    await zooms(zoomed);
    await level('ltla');
    await selections(chosen / 2);
    await searches(looked);
    await panels(opened);
    for (let turn = 2; turn < switches; turn += 1) await level(turn % 2 ? 'ltla' : 'msoa');
    await date(beginning);
    await home();
  };
})();
