"""Family names for made-up people: a plain list of common names of many origins, joined to nobody."""

from __future__ import annotations

_NAMES = """
    Abbott Abdi Ackroyd Adair Adcock Addo Afolabi Ahmed Akhtar Albright Alder Allsop Amoah Anand Andersen Ansah Appleby
    Archer Ashdown Ashworth Asante Atherton Attwood Ayling Bailey Bakare Baldwin Balogun Banerjee Banks Barlow Barratt
    Bassi Baxter Beaumont Begum Bellamy Bennett Beresford Bhatt Bianchi Birch Blackwood Blythe Boakye Bolton Bowden
    Bower
    Bradshaw Brady Bramley Briggs Bristow Brook Burgess Burrows Byrne Calder Callaghan Carling Carver Cassidy Castellano
    Chadwick Chandler Chaudhry Cheung Chowdhury Clegg Clough Coates Colley Conway Corbett Costa Coulson Cowley Craven
    Cropper Crossley Culver Cunliffe Curran Dalton Danso Darby Darwish Davenport Dawes Deakin Delaney Dempsey Desai
    Dhillon
    Diallo Dobson Donnelly Downing Draper Drury Duffy Dunmore Dyson Eastwood Eccles Edgerton Ekwueme Ellery Elsworth
    Emery
    Eriksen Escott Evanson Fairbank Falkner Farah Farrant Fearnley Fenwick Ferreira Finch Fitzroy Flanagan Fletcher
    Fofana
    Forde Fothergill Foxley Frampton Frost Fulton Gallagher Garside Gaunt Geraghty Ghosh Gibbon Gilroy Glover Godfrey
    Gorman Gosling Grabowski Graham Greenhalgh Grimshaw Grove Guest Gupta Gyamfi Hackett Haddad Haigh Halliday Hambleton
    Hammond Hanif Hargreave Harker Haslam Hassan Hatton Hawker Heaton Henshaw Hepworth Herrera Heywood Hickling Higham
    Hirst Hobday Holroyd Hooper Horsley Hossain Howarth Hughes Hulme Huq Hussain Huxley Ibrahim Igwe Ingham Iqbal
    Ireland
    Isherwood Jacobs Jagger James Janssen Jarvis Jasper Jeffcoat Jensen Johal Joyce Kamara Kapoor Karlsson Keane Keeling
    Kelsey Kemp Kendrick Kerridge Khalid Khan Kilbride Kirby Knott Kowalski Kumar Kwarteng Lacey Lambert Langley Larkin
    Lawal Leadbetter Lennox Levy Lindley Lister Lockwood Lomax Longden Lovell Ludlow Lyle MacBride Maddox Mahmood Malik
    Mallory Mannion Marchetti Marlow Masih Mather Mbeki McAllister McBain McCoy McGrath Mehta Mellor Mensah Meredith
    Milner
    Mistry Moffat Mohamud Molloy Moran Morley Mottram Mulligan Musa Naylor Ndiaye Nesbitt Newbold Ng Nguyen Nicholls
    Noble
    Norris Nowak Nuttall Nwosu Oakes Obi Odell Ogden Okoro Oldham Oliveira Omar Onslow Openshaw Orme Osei Oswald Owusu
    Padgett Palmer Pandya Parkin Patel Paxton Peacock Pearce Pemberton Pereira Pettit Phelan Pickford Pillai Platt Popov
    Potts Prescott Preston Quarmby Quigley Qureshi Radcliffe Rahman Rashid Ratcliff Rawson Reardon Redfern Renshaw
    Rhodes
    Rigby Riley Roche Rooney Rossi Rowley Ruddock Rushton Rutter Sadler Saeed Salami Sandhu Santos Saunders Saxon
    Schofield
    Scully Seddon Sesay Sethi Shanahan Sharma Shepherd Sherwin Siddiqui Silva Simmonds Singh Skelton Slater Smalley
    Snowden
    Soares Southern Spencer Stafford Stainton Stansfield Stead Stockdale Strand Sugden Sullivan Suleiman Summers
    Sutcliffe
    Swift Sykes Szabo Tait Talbot Tanner Tatlow Teague Thackray Thapa Thornley Thorpe Tierney Tindall Todorov Topham
    Toure
    Tranter Travers Tully Turnbull Tyson Uddin Unsworth Upton Usman Varga Varley Vaughan Venables Vickers Virdee Waddell
    Wainwright Wakefield Walcott Wang Wardle Warsame Waterhouse Weatherby Webster Welby Westbrook Wexler Wharton Wheeler
    Whelan Whitaker Whitelaw Wickham Wilding Willoughby Winder Winstanley Wolfe Wong Woodall Worthing Wragg Wylie
    Yardley
    Yates Yeboah Yilmaz Yusuf Zahir Zaman Zhang Zielinski
"""
FAMILY_NAMES: tuple[str, ...] = tuple(_NAMES.split())
