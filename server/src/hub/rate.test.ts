import { describe, expect, it } from 'vitest';
import { Rate } from './rate';

const MIB = 2 ** 20;

describe('Rate', () => {
  it('says how much there is, and no speed from an instant', () => {
    const rate = new Rate();
    expect(rate.text(0, 100 * MIB, 0)).toBe('0 KiB of 100 MiB');
    expect(rate.text(MIB, 100 * MIB, 500)).toBe('1 MiB of 100 MiB');
  });

  it('says speed and rest, of the last seconds alone', () => {
    const rate = new Rate();
    rate.text(0, 100 * MIB, 0);
    expect(rate.text(8 * MIB, 100 * MIB, 2000)).toBe('8 MiB of 100 MiB, 4 MiB/s, 23 s left');
    expect(rate.text(20 * MIB, 100 * MIB, 12_000)).toBe('20 MiB of 100 MiB, 1 MiB/s, 67 s left');
  });

  it('promises nothing while nothing comes, and when all is there', () => {
    const rate = new Rate();
    rate.text(MIB, 100 * MIB, 0);
    expect(rate.text(MIB, 100 * MIB, 5000)).toBe('1 MiB of 100 MiB');
    expect(rate.text(100 * MIB, 100 * MIB, 6000)).toBe('100 MiB of 100 MiB');
  });

  it('counts long waits in minutes and hours', () => {
    const rate = new Rate();
    rate.text(0, 2 ** 40, 0);
    expect(rate.text(MIB, 1000 * MIB, 1000)).toMatch(/17 min left$/);
    expect(rate.text(2 * MIB, 100_000 * MIB, 2000)).toMatch(/28 h left$/);
  });
});
