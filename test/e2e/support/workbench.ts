// VS Code's workbench as its user sees it. The selectors are those of VS Code 1.139.
import path from 'node:path';
import type { Frame, Locator, Page } from 'playwright-core';
import { OUT } from '../../../scripts/lib/paths.mjs';

/** A rectangle of the page, in CSS pixels. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/** A drawn decoration: VS Code gives every extension decoration a class that starts with `ced-`. */
export interface Decoration {
  readonly className: string;
  /** CSS colour of the background, e.g. `rgba(255, 0, 0, 0.4)`; transparent is `rgba(0, 0, 0, 0)` */
  readonly background: string;
  /** the text that it adds after its range, '' when none */
  readonly after: string;
  readonly box: Box;
}

const BACKGROUNDS = '.view-overlays [class*="ced-"]';
const INLINE = '.view-lines [class*="ced-"]';

/** Runs in the page. */
function readDecorations([backgrounds, inline]: readonly [string, string]): Decoration[] {
  const seen = [...document.querySelectorAll(`${backgrounds}, ${inline}`)];
  return seen.map((element) => {
    const content = getComputedStyle(element, '::after').content;
    const after = /^"(.*)"$/s.exec(content)?.[1] ?? '';
    const { x, y, width, height } = element.getBoundingClientRect();
    const background = getComputedStyle(element).backgroundColor;
    return { className: element.className, background, after, box: { x, y, width, height } };
  });
}

/** Runs in the page: where the first occurrence of a word in the editor is. */
function boxOfWord(word: string): Box | null {
  for (const line of document.querySelectorAll('.editor-instance .view-line')) {
    const walker = document.createTreeWalker(line, NodeFilter.SHOW_TEXT);
    for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
      // VS Code draws spaces as no-break spaces.
      const at = (node.nodeValue ?? '').replaceAll('\u00a0', ' ').indexOf(word);
      if (at < 0) continue;
      const range = document.createRange();
      range.setStart(node, at);
      range.setEnd(node, at + word.length);
      const { x, y, width, height } = range.getBoundingClientRect();
      return { x, y, width, height };
    }
  }
  return null;
}

/** What a test does with the workbench. Every method waits for what it needs. */
export class Workbench {
  constructor(readonly page: Page) {}

  /** Waits until the workbench has started. */
  async ready(): Promise<void> {
    await this.page.locator('.monaco-workbench').waitFor({ timeout: 60_000 });
    await this.page.locator('.statusbar-item').first().waitFor({ timeout: 60_000 });
  }

  /** Opens a file of the workspace by its name, through quick open. */
  async openFile(name: string): Promise<void> {
    await this.page.keyboard.press('Control+p');
    const input = this.page.locator('.quick-input-widget input');
    await input.fill(path.basename(name));
    await this.page
      .locator('.quick-input-list .monaco-list-row', { hasText: path.basename(name) })
      .first()
      .click();
    await this.page.locator(`.tab.active[data-resource-name="${path.basename(name)}"]`).waitFor();
    await this.page.locator('.editor-instance .view-line').first().waitFor();
  }

  /** The decorations that are drawn now. */
  decorations(): Promise<Decoration[]> {
    return this.page.evaluate(readDecorations, [BACKGROUNDS, INLINE] as const);
  }

  /** The decorations that are drawn now with a background behind the middle of the first occurrence of a word. */
  async heatOn(word: string): Promise<Decoration[]> {
    const { x, y } = await this.positionOf(word);
    const drawn = await this.decorations();
    return drawn.filter(
      ({ background, box }) =>
        background !== 'rgba(0, 0, 0, 0)' &&
        Math.abs(x - box.x - box.width / 2) <= box.width / 2 &&
        Math.abs(y - box.y - box.height / 2) <= box.height / 2,
    );
  }

  /** Waits until at least so many decorations are drawn, and returns them. */
  async waitForDecorations(atLeast = 1): Promise<Decoration[]> {
    await this.waitUntil(async () => (await this.decorations()).length >= atLeast, `${atLeast} decorations`);
    return this.decorations();
  }

  /**
   * Waits until a condition holds.
   * @param what names it in the error
   */
  async waitUntil(condition: () => Promise<boolean>, what: string, timeoutMs = 60_000): Promise<void> {
    const end = Date.now() + timeoutMs;
    while (!(await condition())) {
      if (Date.now() > end) throw new Error(`Waited ${timeoutMs} ms for ${what}.`);
      await this.page.waitForTimeout(50);
    }
  }

  /** Puts the mouse over the first occurrence of a word in the editor and returns the hover. */
  async hover(word: string): Promise<Locator> {
    const hover = this.page.locator('.monaco-hover:visible .monaco-hover-content').first();
    // What was asked while a text or model was on the move is not asked again until the mouse comes anew.
    await this.waitUntil(async () => {
      const at = await this.positionOf(word);
      await this.page.mouse.move(5, 5);
      await this.page.mouse.move(at.x - 1, at.y);
      await this.page.mouse.move(at.x, at.y);
      return hover.waitFor({ timeout: 10_000 }).then(
        () => true,
        () => false,
      );
    }, `a hover on "${word}"`);
    return hover;
  }

  /** Puts the cursor into the first occurrence of a word in the editor. */
  async clickWord(word: string): Promise<void> {
    await this.waitUntil(async () => {
      const at = await this.positionOf(word);
      await this.page.mouse.click(at.x, at.y);
      return this.isCursorIn(word);
    }, `the cursor in "${word}"`);
  }

  /** False also where the layout has moved the word away from under the mouse. */
  private async isCursorIn(word: string): Promise<boolean> {
    const box = await this.page.evaluate(boxOfWord, word);
    const cursor = await this.page.locator('.editor-instance .cursors-layer .cursor').first().boundingBox();
    if (box === null || cursor === null) return false;
    const isBeside = cursor.x >= box.x - 2 && cursor.x <= box.x + box.width + 2;
    return isBeside && Math.abs(cursor.y - box.y) < cursor.height;
  }

  /** Adds text at the end of the open file. */
  async typeAtEnd(text: string): Promise<void> {
    await this.page.locator('.editor-instance .view-line').first().click();
    await this.page.keyboard.press('Control+End');
    await this.page.keyboard.type(text);
  }

  /** Runs a command by the title that the palette shows, e.g. `Featurescope: Toggle Heat`. */
  async runCommand(title: string): Promise<void> {
    const row = this.page.locator('.quick-input-list .monaco-list-row', { hasText: title }).first();
    // The palette lists what can be run when it opens: a command that a starting workbench does not allow yet comes with the next.
    await this.waitUntil(async () => {
      await this.page.keyboard.press('F1');
      await this.page.locator('.quick-input-widget input').first().fill(`>${title}`);
      const isListed = await row.waitFor({ timeout: 5000 }).then(
        () => true,
        () => false,
      );
      if (!isListed) await this.page.keyboard.press('Escape');
      return isListed;
    }, `the command ${title}`);
    await row.click();
  }

  /** Chooses a row of the quick pick that is open. */
  async pick(text: string | RegExp): Promise<void> {
    await this.page.locator('.quick-input-list .monaco-list-row', { hasText: text }).first().click();
  }

  /** Shows one of the extension's view containers by its title. */
  async openSideBar(title: string): Promise<void> {
    const item = this.page.locator(`.activitybar .action-item a[aria-label*="${title}"]`).first();
    if ((await item.getAttribute('aria-expanded')) !== 'true') await item.click();
    await this.page.locator('.sidebar .composite.title', { hasText: new RegExp(title, 'i') }).waitFor();
  }

  /** The rows of a list or tree that hold this text. */
  rows(text: string | RegExp): Locator {
    return this.page.locator('.monaco-list-row', { hasText: text });
  }

  /** A notification that holds this text. */
  notification(text: string | RegExp): Locator {
    return this.page.locator('.notification-toast', { hasText: text });
  }

  /** A question in front of everything that holds this text. */
  dialog(text: string | RegExp): Locator {
    return this.page.locator('.monaco-dialog-box', { hasText: text });
  }

  /** Presses a button of a dialog or a notification, which is gone then. */
  async press(place: Locator, button: string): Promise<void> {
    const found = place.locator('.monaco-button', { hasText: new RegExp(`^${button}$`) });
    await found.first().click();
    await place.first().waitFor({ state: 'hidden' });
  }

  /** Types into the box that asks for something, and ends with Enter. */
  async answer(text: string): Promise<void> {
    const input = this.page.locator('.quick-input-widget:visible input').first();
    await input.fill(text);
    await input.press('Enter');
  }

  /** Answers the dialog for files and folders, which is in front, with a folder that holds this file. */
  async chooseFolder(folder: string, file: string, button: string): Promise<void> {
    const widget = this.page.locator('.quick-input-widget:visible');
    await widget.locator('.monaco-button', { hasText: button }).first().waitFor();
    const input = widget.locator('input').first();
    // The dialog writes the folder that it begins in over what was typed before that is listed.
    await this.waitUntil(
      async () => (await input.inputValue()).endsWith('/') && (await this.rows(/./).count()) > 0,
      'the folder in which the dialog begins',
    );
    let seen = 0;
    await this.waitUntil(async () => {
      if ((await input.inputValue()) !== `${folder}/`) {
        seen = 0;
        await input.fill(`${folder}/`);
      }
      // A list that stays is of this folder, which is then the answer.
      seen = (await this.rows(file).count()) > 0 ? seen + 1 : 0;
      return seen > 10;
    }, `${file} in the dialog`);
    await this.page.locator('.quick-input-widget .monaco-button', { hasText: button }).first().click();
  }

  /** An entry of the status bar that holds this text. */
  statusItem(text: string | RegExp): Locator {
    return this.page.locator('.statusbar-item', { hasText: text });
  }

  /** Finds the webview in which an element is shown, among all webviews that are open. */
  async webview(selector: string, timeoutMs = 30_000): Promise<Frame> {
    let found: Frame | undefined;
    const look = async (): Promise<boolean> => {
      for (const frame of this.page.frames().slice(1)) {
        // A frame that goes away while it is asked holds nothing.
        const count = await frame
          .locator(selector)
          .count()
          .catch(() => 0);
        if (count > 0) found = frame;
      }
      return found !== undefined;
    };
    await this.waitUntil(look, `a webview with ${selector}`, timeoutMs);
    return found!;
  }

  /** Writes out/screenshots/NAME.png. */
  async screenshot(name: string): Promise<void> {
    await this.page.screenshot({ path: path.join(OUT, 'screenshots', `${name}.png`) });
  }

  private async positionOf(word: string): Promise<{ x: number; y: number }> {
    let box: Box | null = null;
    await this.waitUntil(
      async () => (box = await this.page.evaluate(boxOfWord, word)) !== null,
      `"${word}" in the editor`,
    );
    const { x, y, width, height } = box!;
    return { x: x + width / 2, y: y + height / 2 };
  }
}
