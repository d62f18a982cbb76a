/** The text, or its beginning and the number of characters that are left out. */
export function shortened(text: string, most: number): string {
  if (text.length <= most) return text;
  return `${text.slice(0, most)}… (${text.length - most} characters more)`;
}
