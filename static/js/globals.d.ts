/** What Django's JavaScriptCatalog (/jsi18n/) puts on the page. */
declare function gettext(words: string): string;
declare function ngettext(singular: string, plural: string, count: number): string;
declare function pgettext(context: string, words: string): string;
declare function interpolate(words: string, values: any, named?: boolean): string;
