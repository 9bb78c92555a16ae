/** Makes renames within a folder last through a power failure. */
import fs from 'node:fs/promises';

/** Syncs a folder, where folders can be synced at all; elsewhere there is nothing to do. */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await fs.open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}
