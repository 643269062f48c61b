//! Tags of languages (BCP 47, RFC 5646): `en`, `zh-CN`, `zh-Hant-TW`.

/// The languages of ISO 639-1 that the registry of tags has.
const TWO_LETTERS: &str = "\
    aa ab ae af ak am an ar as av ay az ba be bg bh bi bm bn bo br bs ca ce ch co cr cs cu cv cy da de dv dz ee el en eo es et eu fa \
    ff fi fj fo fr fy ga gd gl gn gu gv ha he hi ho hr ht hu hy hz ia id ie ig ii ik in io is it iu iw ja ji jv jw ka kg ki kj kk kl \
    km kn ko kr ks ku kv kw ky la lb lg li ln lo lt lu lv mg mh mi mk ml mn mo mr ms mt my na nb nd ne ng nl nn no nr nv ny oc oj om \
    or os pa pi pl ps pt qu rm rn ro ru rw sa sc sd se sg sh si sk sl sm sn so sq sr ss st su sv sw ta te tg th ti tk tl tn to tr ts \
    tt tw ty ug uk ur uz ve vi vo wa wo xh yi yo za zh zu";

/// The languages of ISO 639-2 that have no code of two letters, and the Chinese ones of ISO 639-3.
const THREE_LETTERS: &str = "\
    ace ach ada ady afa afh ain akk ale alg alt ang apa arc arn arp art arw ast ath aus awa bad bai bal ban bas bat bej bem ber bho \
    bik bin bla bnt bra btk bua bug byn cad cai car cau ceb cel chb chg chk chm chn cho chp chr chy cmc cmn cop cpe cpf cpp crh crp \
    csb cus dak dar day del den dgr din doi dra dsb dua dum dyu efi egy eka elx enm ewo fan fat fil fiu fon frm fro fur gaa gan gay \
    gba gem gez gil gmh goh gon gor got grb grc gwi hai hak haw hil him hit hmn hsb hsn hup iba ijo ilo inc ine inh ira iro jbo jpr \
    jrb kaa kab kac kam kar kaw kbd kha khi kho kmb kok kos kpe krc kro kru kum kut lad lah lam lez lol loz lua lui lun luo lus lzh \
    mad mag mai mak man map mas mdf mdr men mga mic min mis mkh mnc mni mno moh mos mul mun mus mwl mwr myn myv nah nai nan nap nds \
    new nia nic niu nog non nso nub nwc nym nyn nyo nzi osa ota oto paa pag pal pam pap pau peo phi phn pon pra pro raj rap rar roa \
    rom rup sad sah sai sal sam sas sat scn sco sel sem sga sgn shn sid sio sit sla sma smi smj smn sms snk sog son srn srr ssa suk \
    sus sux syr tai tem ter tet tig tiv tkl tlh tli tmh tog tpi tsi tum tup tut tvl tyv udm uga umb und vai vot wak wal war was wen \
    wuu xal yao yap ypk yue zap zen znd zun";

/// Checks that a text is the tag of a language.
///
/// # Errors
/// A text that isn't, in words that name one that would do.
pub(super) fn check(tag: &str) -> Result<(), String> {
    let primary = tag.split('-').next().unwrap_or_default().to_ascii_lowercase();
    let is_known = [TWO_LETTERS, THREE_LETTERS].iter().any(|table| table.split(' ').any(|known| known == primary));
    if is_known && is_well_formed(tag) {
        return Ok(());
    }
    let with_hyphens = tag.trim().replace('_', "-");
    if with_hyphens != tag && check(&with_hyphens).is_ok() {
        return Err(format!("{tag:?} isn't a language tag; write {with_hyphens:?}"));
    }
    Err(format!("{tag:?} isn't a language tag; write one such as \"en\" or \"zh-CN\""))
}

/// Whether a text that begins with a known language has the form of a tag (RFC 5646 §2.1).
///
/// ```text
/// zh-yue-Hant-HK-variant-u-co-pinyin-x-private
///    ^^^ further languages, up to three
///        ^^^^ script
///             ^^ region
///                ^^^^^^^ variants
///                        ^^^^^^^^^^^ extensions
///                                    ^^^^^^^^^ private use
/// ```
fn is_well_formed(tag: &str) -> bool {
    if !tag.split('-').all(|part| matches!(part.len(), 1..=8) && part.bytes().all(|byte| byte.is_ascii_alphanumeric()))
    {
        return false;
    }
    let mut parts = tag.split('-').skip(1).peekable();
    for _ in 0..3 {
        parts.next_if(|part| part.len() == 3 && is_alphabetic(part));
    }
    parts.next_if(|part| part.len() == 4 && is_alphabetic(part));
    parts.next_if(|part| is_region(part));
    while parts
        .next_if(|part| part.len() >= 5 || part.len() == 4 && part.starts_with(|c: char| c.is_ascii_digit()))
        .is_some()
    {}
    // What is left begins with single letters, each followed by something longer; after an `x`, anything goes.
    let mut before = "";
    for part in parts {
        if before.eq_ignore_ascii_case("x") {
            return true;
        }
        if before.len() < 2 && part.len() < 2 && !(before.is_empty()) || before.is_empty() && part.len() > 1 {
            return false;
        }
        before = part;
    }
    before.len() != 1
}

fn is_alphabetic(part: &str) -> bool {
    part.bytes().all(|byte| byte.is_ascii_alphabetic())
}

fn is_region(part: &str) -> bool {
    part.len() == 2 && is_alphabetic(part) || part.len() == 3 && part.bytes().all(|byte| byte.is_ascii_digit())
}

/// How many hours the clocks of a tag's country are ahead of UTC, where the language tells: those of Chinese newsletters, unless the tag
/// names another country.
pub(super) fn hours_ahead(tag: &str) -> Option<i32> {
    let mut parts = tag.split('-');
    let is_chinese = parts.next().is_some_and(|primary| primary.eq_ignore_ascii_case("zh"));
    let region = parts.take_while(|part| part.len() > 1).find(|part| is_region(part));
    let is_there = region.is_none_or(|region| {
        ["CN", "TW", "HK", "MO", "SG", "MY"].iter().any(|country| country.eq_ignore_ascii_case(region))
    });
    (is_chinese && is_there).then_some(8)
}

/// The languages that are written from right to left, and the scripts that are.
const RIGHT_TO_LEFT: &str = "ar arc ckb dv fa he iw ji ks ps sd syr ug ur yi adlm arab hebr nkoo rohg syrc thaa";

/// Whether a tag's language is written from right to left; a script that the tag names decides.
pub(super) fn is_right_to_left(tag: &str) -> bool {
    let mut parts = tag.split('-');
    let language = parts.next().unwrap_or_default();
    let script = parts.take_while(|part| part.len() > 1).find(|part| part.len() == 4 && is_alphabetic(part));
    let deciding = script.unwrap_or(language);
    RIGHT_TO_LEFT.split(' ').any(|known| known.eq_ignore_ascii_case(deciding))
}

#[cfg(test)]
mod tests {
    use super::{check, hours_ahead, is_right_to_left};

    #[test]
    fn a_tag_names_a_language_and_is_well_formed() {
        for tag in [
            "en",
            "zh-CN",
            "ZH-hant-tw",
            "de-CH-1996",
            "sl-rozaj-biske",
            "yue-HK",
            "haw",
            "es-419",
            "en-x-a",
            "de-u-co-phonebk",
        ] {
            assert_eq!(check(tag), Ok(()), "{tag}");
        }
        for tag in [
            "english",
            "x y",
            "",
            "qq",
            "en-",
            "-en",
            "eng",
            "en-GB-",
            "en-u",
            "en-toolongsubtag",
            "x-mine",
            "en-a-b",
            "zh--CN",
            "en-US-GB",
        ] {
            assert!(check(tag).is_err(), "{tag}");
        }
        assert!(check("zh_CN").is_err_and(|words| words.ends_with("write \"zh-CN\"")));
    }

    #[test]
    fn a_language_or_its_script_is_written_from_right_to_left() {
        for tag in ["ar", "he-IL", "fa", "pa-Arab-PK", "UR"] {
            assert!(is_right_to_left(tag), "{tag}");
        }
        for tag in ["zh-CN", "en", "ar-Latn", "az", "en-x-arab"] {
            assert!(!is_right_to_left(tag), "{tag}");
        }
    }

    #[test]
    fn chinese_tags_tell_the_time_zone() {
        for tag in ["zh", "zh-CN", "zh-Hant-TW", "zh-hk", "zh-SG"] {
            assert_eq!(hours_ahead(tag), Some(8), "{tag}");
        }
        for tag in ["en", "zh-US", "de-CN"] {
            assert_eq!(hours_ahead(tag), None, "{tag}");
        }
    }
}
