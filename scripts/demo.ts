export async function fillDemo(_env: NodeJS.ProcessEnv): Promise<string[]> {
  return [];
}
