/**
 * Returns the addresses that the own pages of the areas in a link would have.
 * @param {string} search
 */
export function areaPages(search) {
  return (search.match(/[?&](area|within)=\w+/g) || []).map(function (parameter) {
    return 'area/' + parameter.split('=')[1].toUpperCase() + '/';
  });
}
