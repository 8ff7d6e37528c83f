/** Runes everywhere, so that a component written the old way fails to compile. */
export default { compilerOptions: { runes: true } };
