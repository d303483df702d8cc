import Display
import EngineAPI
import Text

extension EnvironmentFacts {
    /// The store's name in so many cells, cut so that it does not read like another of the config's:
    /// `shop-prod…-eu` beside `shop-stag…-eu`.
    func label(_ cells: Int, _ glyphs: GlyphSet) -> String {
        let names = ([name] + siblings).map { Sanitizer.line($0, maxBytes: 256) }
        return Name.cut(names, to: cells, ellipsis: glyphs.render("…")).first ?? ""
    }

    /// It never shrinks below this.
    static let leastLabel = 10
}
